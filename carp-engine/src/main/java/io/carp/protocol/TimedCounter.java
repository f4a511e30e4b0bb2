// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * The counter of an advertisement as our nodes write it: 44 bits of milliseconds, and below them 20 bits that follow
 * from those. The BSDs and ucarp write random numbers, or what they heard plus one, and such a number looks like ours
 * only once in a million. So a counter tells by itself whether it is a time.
 */
final class TimedCounter {
    private static final int MARK_BITS = 20;
    private static final long MARK = (1L << MARK_BITS) - 1;
    private static final long MOST_MILLIS = -1L >>> MARK_BITS;

    /** An odd number whose bits look random: the upper bits of a product with it depend on all bits of the factor. */
    private static final long MIXER = 0x9e3779b97f4a7c15L;

    private TimedCounter() {}

    /** The counter for a time in milliseconds. It is never 0, which OpenBSD takes for its own before it has spoken. */
    static long of(long millis) {
        long kept = Math.max(1, millis & MOST_MILLIS);
        return (kept << MARK_BITS) | mark(kept);
    }

    /** Whether one of our nodes wrote this counter. */
    static boolean isOurs(long counter) {
        return (counter & MARK) == mark(millis(counter));
    }

    /** The time in a counter of ours, in milliseconds. */
    static long millis(long counter) {
        return counter >>> MARK_BITS;
    }

    private static long mark(long millis) {
        return ((millis + 1) * MIXER) >>> (Long.SIZE - MARK_BITS);
    }
}
