// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Checks whether the leases of one virtual host are renewed in time. The loop does this check, and renews nothing
 * itself.
 */
final class RenewalCheck {
    private static final long NEVER = Long.MIN_VALUE;
    /** The kernel may drop an address this much before we think it does. */
    static final long CLOCK_SLACK = TimeUnit.MILLISECONDS.toNanos(100);

    static final String HELD_UP = "the thread carp-lease is held up: a thread dump (jstack) shows by what";

    private final AddressBinder.Listener listener;
    private final BooleanSupplier bound;

    /** When the last advertisement left. Written by the loop thread, which may do no more than this. */
    private volatile long advertised = NEVER;

    private volatile long boundAt;
    /**
     * When it was last certain that everything was renewed or that nothing had to be. Written under the lock of the
     * binder.
     */
    private volatile long inTime;
    /** Until when the kernel keeps what was renewed last. Under the lock of the binder. */
    private volatile long heldUntil;
    /** Whether the listener was told last that it is late. Written on the loop. */
    private volatile boolean late;

    /** @param bound whether there is anything to be renewed */
    RenewalCheck(AddressBinder.Listener listener, BooleanSupplier bound) {
        this.listener = listener;
        this.bound = bound;
    }

    /** An advertisement has left. */
    void advertised(long at) {
        advertised = at;
    }

    /** The addresses were bound. */
    void boundAt(long now) {
        boundAt = now;
    }

    /** Nanoseconds since an advertisement left; while none has, since the addresses were bound. */
    long age(long now) {
        long last = advertised;
        return now - (last == NEVER ? boundAt : last);
    }

    /** Says that everything is renewed or need not be yet. */
    void inTime(long now) {
        inTime = now;
    }

    /** The kernel keeps everything for so many seconds from now on; with 0, for as long as it would have anyhow. */
    void renewed(long now, long life) {
        if (life > 0) {
            heldUntil = now + TimeUnit.SECONDS.toNanos(life); // Before the other: a new end may go with an old look.
        }
        inTime = now;
    }

    /**
     * Why the kernel may have dropped the addresses, or empty. That advertisements do not leave is no reason, for then nothing
     * is to be renewed. On the loop; allocates nothing while they are held.
     */
    String lapsed(long now, int leaseSeconds, LeaseThread thread) {
        long since = now - inTime;
        boolean late = leaseSeconds > 0 && since > TimeUnit.SECONDS.toNanos(leaseSeconds) / 2;
        return late && now - heldUntil >= -CLOCK_SLACK && bound.getAsBoolean()
                ? sentence(since, leaseSeconds, thread.trouble())
                : "";
    }

    /** For how long the kernel keeps them though nobody renews them from now on. On the loop. */
    long outlastsNanos(long now, int leaseSeconds) {
        boolean late = leaseSeconds > 0 && now - inTime > TimeUnit.SECONDS.toNanos(leaseSeconds) / 2;
        return late ? Math.max(0, heldUntil - now - CLOCK_SLACK) : Lease.leastNanos(leaseSeconds);
    }

    /** Called on the loop when an advertisement has just left. Tells a change, and allocates only then. */
    void check(long now, int leaseSeconds, LeaseThread thread) {
        long since = now - inTime;
        if (leaseSeconds == 0 || since <= TimeUnit.SECONDS.toNanos(leaseSeconds) / 2) {
            settle();
        } else if (!late) {
            late = true;
            // The order matters: an unbind changes what is bound first, and looks at this flag after that.
            if (bound.getAsBoolean()) {
                listener.renewalLate(sentence(since, leaseSeconds, thread.trouble()));
            } else {
                late = false;
            }
        }
    }

    /** Says that it is late no longer. On the loop. */
    void settle() {
        if (late) {
            late = false;
            listener.renewalLate("");
        }
    }

    /** Whether the listener knows it as late. */
    boolean isLate() {
        return late;
    }

    private static String sentence(long since, int leaseSeconds, String trouble) {
        double seconds = since / (double) TimeUnit.SECONDS.toNanos(1);
        String why = trouble.isEmpty() ? HELD_UP : trouble;
        return String.format(
                Locale.ROOT,
                "the lease of the virtual IPs was last renewed in time %.1f s ago, and the kernel drops them %d s after"
                        + " a renewal: %s",
                seconds,
                leaseSeconds,
                why);
    }
}
