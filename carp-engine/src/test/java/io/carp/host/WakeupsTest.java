// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Step;
import org.junit.jupiter.api.Test;

class WakeupsTest {
    private final SteppedNode node = new SteppedNode();
    private final Wakeups wakeups = new Wakeups(node.loop, () -> node.note("wake"));

    private int wakes(long nanos) {
        node.diary();
        node.pass(nanos);
        return node.diary().size();
    }

    private long in(long nanos) {
        return node.loop.nanoTime() + nanos;
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
        node.pass(SECOND);
        assertFalse(wakeups.wasSuspended());
        node.loop.suspend(SECOND / 2);
        assertFalse(wakeups.wasSuspended(), "so much may lie between two looks");
        node.loop.suspend(2 * SECOND);
        assertTrue(wakeups.wasSuspended());
        assertFalse(wakeups.wasSuspended(), "told once");
    }
}
