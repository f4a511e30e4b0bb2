// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.util.concurrent.TimeUnit;

/**
 * Computes for how long the kernel is told to keep an address.
 *
 * <p>A lease counts from the advertisement, not from its renewal. Peers take over three advbase after the last
 * advertisement they heard, a second later than a lease, and the kernel, which counts whole seconds and looks at most
 * once a second, drops an address up to 0.4 s late. So no renewal may let an address outlive its advertisement by more
 * than the lease and half a second, even if the node dies just before its next advertisement. Therefore the older the
 * advertisement is, the fewer seconds are asked for.
 *
 * @param seconds the lease; 0 means for ever
 */
record Lease(int seconds) {
    /**
     * How much longer than the lease an address may outlive its advertisement, since the kernel counts whole seconds.
     */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** A renewal that adds less than this is not worth waking every listener of the machine. */
    private static final long WORTHWHILE = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * That of a gate: while the process stands still, and the kernel advertises for it, nobody renews. Less than a table that
     * was left still shuts addresses out.
     */
    private static final int GATED_SECONDS = 10;

    /**
     * So many seconds, or more where a gate takes the address from a process that is dead.
     *
     * @param seconds as wished; 0 for ever
     */
    static int seconds(int seconds, boolean gated) {
        return gated && seconds > 0 ? Math.max(GATED_SECONDS, seconds) : seconds;
    }

    /** Whether the address is kept for ever. */
    boolean isPermanent() {
        return seconds == 0;
    }

    /**
     * How many whole seconds an address may live from now on.
     *
     * @param age nanoseconds since the advertisement left
     * @return 1..{@link #seconds}, or 0 if the advertisement is too old to renew anything
     */
    long life(long age) {
        if (age > newest()) {
            return 0;
        }
        return Math.min(seconds, (GRACE + seconds * SECOND - age) / SECOND);
    }

    /** For how long after an advertisement the kernel keeps an address that nobody renews any more, at least. */
    static long leastNanos(int seconds) {
        // Renewed at the latest by the look after three quarters of it were left.
        long sinceRenewal = seconds * SECOND / 4 + TimeUnit.MILLISECONDS.toNanos(tickMillis(seconds));
        return seconds == 0 ? Long.MAX_VALUE : Math.max(0, seconds * SECOND - sinceRenewal);
    }

    /**
     * Whether it is time for a renewal: it gains something, and a quarter of the lease is over or the advertisement
     * will be too old at the next look.
     *
     * @param remaining nanoseconds until the address expires
     * @param age nanoseconds since the advertisement left
     */
    boolean isDue(long remaining, long age) {
        long life = life(age) * SECOND;
        boolean tooLong = remaining > seconds * SECOND + GRACE; // There was a gate, and is none any more.
        boolean lastCall = age + TimeUnit.MILLISECONDS.toNanos(tickMillis()) > newest();
        boolean gains = life - remaining > WORTHWHILE && (lastCall || remaining < seconds * SECOND * 3 / 4);
        return life > 0 && (gains || tooLong);
    }

    /** How many milliseconds to wait between two looks whether a renewal is due. */
    long tickMillis() {
        return tickMillis(seconds);
    }

    private static long tickMillis(int seconds) {
        return seconds == 0 ? 1000 : Math.min(1000, Math.max(200, seconds * 100L));
    }

    /**
     * The age from which an advertisement renews nothing: half a lease. For the lease of 2 s that would be less than
     * the slowest interval of advbase 1, and the address of a healthy master would lapse, so there it is longer.
     */
    private long newest() {
        return seconds == 2 ? 2 * SECOND - GRACE : seconds * SECOND / 2;
    }
}
