// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How often the link is told who has the addresses.
 *
 * @param count how many announcements a series has, 1..100
 * @param intervalNanos between two of a series, 10 ms..60 s
 * @param refreshNanos from the last one of a series to the next, and so on while this node is master; 0 for never
 */
public record AnnounceConfig(int count, long intervalNanos, long refreshNanos) {
    private static final String COUNT = "announceCount";
    private static final String INTERVAL = "announceInterval";
    private static final String REFRESH = "announceRefresh";

    static final Set<String> KEYS = Set.of(COUNT, INTERVAL, REFRESH);

    private static final int A_DAY = 86_400;

    /**
     * With advbase 0 the kernel of a crashed master may hold the addresses up to two seconds longer than its peers wait,
     * for a lease has whole seconds: the winner goes on until that is over.
     */
    static AnnounceConfig parse(CfgValues values, int advbase) throws ConfigurationRefused {
        boolean subSecond = advbase == 0;
        int count = values.integer(COUNT, 1, 100, subSecond ? 13 : 2);
        int interval = values.integer(INTERVAL, 10, 60_000, subSecond ? 200 : 1000);
        int refresh = values.integer(REFRESH, 0, A_DAY, 0);
        return new AnnounceConfig(count, TimeUnit.MILLISECONDS.toNanos(interval), TimeUnit.SECONDS.toNanos(refresh));
    }
}
