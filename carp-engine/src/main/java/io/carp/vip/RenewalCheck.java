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
    private final AddressBinder.Listener listener;
    private final BooleanSupplier bound;

    /**
     * When it was last certain that everything was renewed or that nothing had to be. Written under the lock of the
     * binder.
     */
    private volatile long inTime;
    /** Whether the listener was told last that it is late. Written on the loop. */
    private volatile boolean late;

    /** @param bound whether there is anything to be renewed */
    RenewalCheck(AddressBinder.Listener listener, BooleanSupplier bound) {
        this.listener = listener;
        this.bound = bound;
    }

    /** Says that everything is renewed or need not be yet. */
    void inTime(long now) {
        inTime = now;
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
        String why =
                trouble.isEmpty() ? "the thread carp-lease is held up: a thread dump (jstack) shows by what" : trouble;
        return String.format(
                Locale.ROOT,
                "the lease of the virtual IPs was last renewed in time %.1f s ago, and the kernel drops them %d s after"
                        + " a renewal: %s",
                seconds,
                leaseSeconds,
                why);
    }
}
