// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.AnnounceKeys;
import java.util.concurrent.TimeUnit;

/**
 * How often the link is told who has the addresses.
 *
 * @param count how many announcements a series has, 1..100
 * @param intervalNanos between two of a series, 10 ms..60 s
 * @param refreshNanos from the last one of a series to the next, and so on while this node is master; 0 for never
 */
public record AnnounceConfig(int count, long intervalNanos, long refreshNanos) {
    static AnnounceConfig parse(CfgValues values, int advbase) throws ConfigurationRefused {
        boolean subSecond = advbase == 0;
        int count = values.whole(
                AnnounceKeys.COUNT, subSecond ? AnnounceKeys.COUNT_BELOW_A_SECOND : AnnounceKeys.COUNT_USUAL);
        int interval = values.whole(
                AnnounceKeys.INTERVAL, subSecond ? AnnounceKeys.INTERVAL_BELOW_A_SECOND : AnnounceKeys.INTERVAL_USUAL);
        int refresh = values.whole(AnnounceKeys.REFRESH);
        return new AnnounceConfig(count, TimeUnit.MILLISECONDS.toNanos(interval), TimeUnit.SECONDS.toNanos(refresh));
    }
}
