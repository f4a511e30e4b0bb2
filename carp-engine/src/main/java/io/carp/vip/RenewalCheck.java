// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether the leases of one virtual host are looked after in time, seen from the loop, which renews nothing itself. */
final class RenewalCheck {
    private final AddressBinder.Listener listener;
    private final BooleanSupplier bound;

    /** When it was last certain that nothing is to be renewed, or everything had been. Under the lock of the binder. */
    private volatile long inTime;
    /** What was told last. Written on the loop. */
    private volatile boolean late;

    /** @param bound whether there is anything to be renewed */
    RenewalCheck(AddressBinder.Listener listener, BooleanSupplier bound) {
        this.listener = listener;
        this.bound = bound;
    }

    /** Everything is renewed, or need not yet be. */
    void inTime(long now) {
        inTime = now;
    }

    /** On the loop, with an advertisement that has just left; tells a change. Allocates nothing else. */
    void check(long now, int leaseSeconds, LeaseThread thread) {
        long since = now - inTime;
        if (leaseSeconds == 0 || since <= TimeUnit.SECONDS.toNanos(leaseSeconds) / 2) {
            settle();
        } else if (!late) {
            late = true;
            // In this order: whoever unbinds looks at the second after it has changed the first.
            if (bound.getAsBoolean()) {
                listener.renewalLate(sentence(since, leaseSeconds, thread.trouble()));
            } else {
                late = false;
            }
        }
    }

    /** It is late no longer. On the loop. */
    void settle() {
        if (late) {
            late = false;
            listener.renewalLate("");
        }
    }

    /** Whether it is told to be late. */
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
