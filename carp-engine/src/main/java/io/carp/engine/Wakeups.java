// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.protocol.Step.NEVER;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a runner. A later deadline does not cancel it: the early wake-up finds nothing to do and arms again,
 * so that an advertisement heard costs no timer. Loop thread only.
 */
final class Wakeups {
    private static final long MOST_MILLIS_AHEAD = 1000;

    private final Loop loop;
    private final Clock wall;
    private final Runnable wake;
    private final Runnable fire = this::fire; // Once: an advertisement allocates nothing.
    private @Nullable Cancellable timer;
    private long timerAt;
    private long wallAheadMillis;

    Wakeups(Loop loop, Clock wall, Runnable wake) {
        this.loop = loop;
        this.wall = wall;
        this.wake = wake;
        this.wallAheadMillis = wallAhead();
    }

    void arm(long deadline) {
        if (deadline == NEVER || (timer != null && timerAt - deadline <= 0)) {
            return;
        }
        cancel();
        timerAt = deadline;
        timer = loop.at(deadline, fire);
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * Whether the machine stood still without the monotonic clock showing it, as a suspended virtual machine does: then
     * wall time has run ahead of monotonic time since the last question. A clock set forward by hand looks the same;
     * the price is one round of listening.
     */
    boolean wasSuspended() {
        long before = wallAheadMillis;
        wallAheadMillis = wallAhead();
        return wallAheadMillis - before > MOST_MILLIS_AHEAD;
    }

    private void fire() {
        timer = null;
        wake.run();
    }

    private long wallAhead() {
        return wall.millis() - loop.nanoTime() / 1_000_000;
    }
}
