// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

import io.carp.spi.Loop;
import java.time.Clock;

/**
 * The one timer of a runner. A later deadline does not cancel it: the early wake-up finds nothing to do and arms again,
 * so that an advertisement heard costs no timer. Loop thread only.
 */
final class Wakeups {
    private static final long MOST_MILLIS_AHEAD = 1000;

    private final Loop loop;
    private final Clock wall;
    private final Runnable wake;
    private final Loop.Timer timer; // One, armed again and again: an advertisement allocates nothing.
    private boolean armed;
    private long timerAt;
    private long wallAheadMillis;

    Wakeups(Loop loop, Clock wall, Runnable wake) {
        this.loop = loop;
        this.wall = wall;
        this.wake = wake;
        this.timer = loop.timer(this::fire);
        this.wallAheadMillis = wallAhead();
    }

    void arm(long deadline) {
        if (deadline == NEVER || (armed && timerAt - deadline <= 0)) {
            return;
        }
        armed = true;
        timerAt = deadline;
        timer.at(deadline);
    }

    void cancel() {
        armed = false;
        timer.cancel();
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
        armed = false;
        wake.run();
    }

    private long wallAhead() {
        return wall.millis() - loop.nanoTime() / 1_000_000;
    }
}
