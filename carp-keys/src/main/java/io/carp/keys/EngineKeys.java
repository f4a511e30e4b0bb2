// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Whole;

/** What the whole node is worth less, and what comes first on it. */
public final class EngineKeys {
    static final Group GROUP = new Group("The whole node");

    /** The sum of all demotions is never more. */
    public static final int MOST = 240;

    private static final String UNIT = "1/256 s";

    public static final Key<Whole> DEMOTION = GROUP.key(
            "demotion",
            whole(UNIT, -MOST, MOST),
            is(0),
            "every virtual host of this node is worth that much less (or more, below 0)",
            live("at once; a master tells its peers at once"));

    public static final Key<Whole> LINK_DOWN = GROUP.key(
            "linkDownDemotion",
            whole(UNIT, 0, MOST),
            is(MOST),
            "added for each interface whose link is down while a virtual host uses it (FreeBSD:"
                    + " `net.inet.carp.ifdown_demotion_factor`)",
            live("at once"));

    public static final Key<Whole> SEND_ERROR = GROUP.key(
            "sendErrorDemotion",
            whole(UNIT, 0, MOST),
            is(MOST),
            "added for each interface that did not take three advertisements in a row, in one family or"
                    + " both. Three in a row that it takes undo that, or its link down, or an edit that changes"
                    + " anything of the virtual host, or a minute as BACKUP, see the finding `sending` (FreeBSD:"
                    + " `net.inet.carp.senderr_demotion_factor`). That no peer can be reached by unicast does not count",
            live("at once"));

    public static final Key<Whole> BOOT = GROUP.key(
            "bootDemotion",
            whole(UNIT, 0, MOST),
            is(MOST),
            "added until Karaf has started its boot features: a restarted master does not come back half-started",
            live("at once, while booting"));

    /** Handlers of interrupts have 50, those of the network cards among them, and nothing is heard without them. */
    private static final int BELOW_INTERRUPTS = 49;

    public static final Key<Whole> REALTIME = GROUP.key(
            "realtimePriority",
            whole(0, BELOW_INTERRUPTS),
            is(1),
            "the real-time priority (`SCHED_RR`) of the threads that advertise and renew the leases, `carp-loop` and"
                    + " `carp-lease`; 0 is none. With 1 they are served before every ordinary process, however busy the"
                    + " machine is; more is for machines with other real-time processes. It stays below 50, where Linux"
                    + " has handlers of interrupts. Where the system refuses it the engine goes on without, and says so if"
                    + " the key is written: the finding `realtime`, see"
                    + " [On a busy machine](operations.md#on-a-busy-machine)",
            live("at once"));

    private EngineKeys() {}
}
