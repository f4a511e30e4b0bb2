// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Whole;

/** How often the link is told who has the addresses. */
public final class AnnounceKeys {
    static final Group GROUP = new Group("Announcements");

    public static final int COUNT_USUAL = 2;
    public static final int INTERVAL_USUAL = 1000;
    /** A lease has whole seconds: below one a crashed master's kernel holds the addresses longer than its peers wait. */
    public static final int COUNT_BELOW_A_SECOND = 13;

    public static final int INTERVAL_BELOW_A_SECOND = 200;

    public static final Key<Whole> COUNT = GROUP.key(
            "announceCount",
            whole(1, 100),
            means(COUNT_USUAL + "; with `advbase = 0` " + COUNT_BELOW_A_SECOND),
            "how many announcements in a row",
            live("stays; counts from the next series"));

    public static final Key<Whole> INTERVAL = GROUP.key(
            "announceInterval",
            whole("milliseconds", 10, 60_000),
            means(INTERVAL_USUAL + "; with `advbase = 0` " + INTERVAL_BELOW_A_SECOND),
            "time between two announcements of a series",
            live("stays; counts from the next one"));

    public static final Key<Whole> REFRESH = GROUP.key(
            "announceRefresh",
            whole("seconds", 0, 86_400),
            is(0),
            "a master announces again this long after the last time, and so on. For clients and switches that"
                    + " forget (keepalived: `garp_master_refresh`). 0 for never",
            live("stays; counts from now"));

    private AnnounceKeys() {}
}
