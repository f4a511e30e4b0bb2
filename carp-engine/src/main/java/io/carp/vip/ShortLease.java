// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.util.concurrent.TimeUnit;

/**
 * Computes for how long an advertisement lets an address work. It is two and a half intervals: less than the patience of
 * the peers, which is three, and enough for one advertisement that is lost and one that is late. The kernel counts in
 * jiffies, and rounds down.
 */
final class ShortLease {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** How late an advertisement may be: a tenth of the interval, within these limits. */
    private static final long LEAST_SLACK = 4 * MILLI;

    private static final long MOST_SLACK = 10 * MILLI;

    private ShortLease() {}

    /**
     * The lease in milliseconds.
     *
     * @param interval nanoseconds between two advertisements
     * @param jiffy nanoseconds
     */
    static long millis(long interval, long jiffy) {
        long usual = interval * 5 / 2 / jiffy * jiffy;
        long slack = Math.max(LEAST_SLACK, Math.min(interval / 10, MOST_SLACK));
        long least = interval + slack + 2 * jiffy;
        return (usual >= least ? usual : (least + jiffy - 1) / jiffy * jiffy) / MILLI;
    }
}
