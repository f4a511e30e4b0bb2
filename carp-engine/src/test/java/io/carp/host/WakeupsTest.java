// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Step;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class WakeupsTest {
    private final Stage stage = new Stage();
    private final SetClock wall = new SetClock();
    private final Wakeups wakeups = new Wakeups(stage.loop, wall, () -> stage.note("wake"));

    /** Runs with the loop, but for what it was set forward by. */
    private final class SetClock extends Clock {
        private long aheadMillis;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(stage.loop.nanoTime() / 1_000_000 + aheadMillis);
        }
    }

    private int wakes(long nanos) {
        stage.diary();
        stage.pass(nanos);
        return stage.diary().size();
    }

    private long in(long nanos) {
        return stage.loop.nanoTime() + nanos;
    }

    @Test
    void aLaterDeadlineCostsNoTimer() {
        wakeups.arm(in(SECOND));
        wakeups.arm(in(3 * SECOND));
        assertEquals(1, wakes(10 * SECOND), "the early one, which arms again");
    }

    @Test
    void anEarlierDeadlineReplacesTheTimer() {
        wakeups.arm(in(3 * SECOND));
        wakeups.arm(in(SECOND));
        assertEquals(1, wakes(2 * SECOND));
        assertEquals(0, wakes(10 * SECOND));
    }

    @Test
    void neverAndCancelled() {
        wakeups.arm(Step.NEVER);
        wakeups.arm(in(SECOND));
        wakeups.cancel();
        assertEquals(0, wakes(10 * SECOND));
        wakeups.arm(in(SECOND));
        assertEquals(1, wakes(10 * SECOND));
    }

    @Test
    void aSuspendedMachine() {
        stage.pass(SECOND);
        assertFalse(wakeups.wasSuspended());
        wall.aheadMillis += 1000;
        assertFalse(wakeups.wasSuspended(), "a second may be the clock");
        wall.aheadMillis += 1001;
        assertTrue(wakeups.wasSuspended());
        assertFalse(wakeups.wasSuspended(), "told once");
        wall.aheadMillis -= 100_000;
        assertFalse(wakeups.wasSuspended(), "a clock set back is no suspension");
    }
}
