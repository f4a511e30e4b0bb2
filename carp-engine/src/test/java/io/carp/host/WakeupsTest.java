// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Step;
import org.junit.jupiter.api.Test;

class WakeupsTest {
    private final Stage stage = new Stage();
    private final Wakeups wakeups = new Wakeups(stage.loop, () -> stage.note("wake"));

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
        stage.loop.suspend(SECOND / 2);
        assertFalse(wakeups.wasSuspended(), "so much may lie between two looks");
        stage.loop.suspend(2 * SECOND);
        assertTrue(wakeups.wasSuspended());
        assertFalse(wakeups.wasSuspended(), "told once");
    }
}
