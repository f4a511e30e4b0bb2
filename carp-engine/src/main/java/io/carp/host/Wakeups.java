// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

import io.carp.spi.Loop;

/**
 * The one timer of a runner. A later deadline does not cancel it: the early wake-up finds nothing to do and arms it
 * again. So an advertisement that is heard costs no timer. Loop thread only.
 */
final class Wakeups {
    /** A smaller difference is only the time between the looks at the two clocks. */
    private static final long SUSPENDED_NANOS = 1_000_000_000L;

    private static final long AGAIN_NANOS = 100_000_000L;

    private final Loop loop;
    private final Runnable wake;
    private final Loop.Timer timer; // There is one, armed again and again, so that an advertisement allocates nothing.
    private boolean armed;
    private long timerAt;
    private long suspendedNanos;

    Wakeups(Loop loop, Runnable wake) {
        this.loop = loop;
        this.wake = wake;
        this.timer = loop.timer(this::fire);
        this.suspendedNanos = loop.suspendedNanos();
    }

    void arm(long deadline) {
        if (deadline == NEVER || (armed && timerAt - deadline <= 0)) {
            return;
        }
        timer.at(deadline);
        armed = true; // After that: it may fail without memory.
        timerAt = deadline;
    }

    void cancel() {
        armed = false;
        timer.cancel();
    }

    /**
     * Whether the machine was suspended since the last question. The monotonic clock does not show it, and by the wall
     * clock it could not be told from somebody who sets the time.
     */
    boolean wasSuspended() {
        long before = suspendedNanos;
        suspendedNanos = loop.suspendedNanos();
        return suspendedNanos - before > SUSPENDED_NANOS;
    }

    private void fire() {
        armed = false;
        try {
            wake.run();
        } catch (RuntimeException | Error e) {
            arm(loop.nanoTime() + AGAIN_NANOS); // Or nothing would ever wake this virtual host again.
            throw e;
        }
    }
}
