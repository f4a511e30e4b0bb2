// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class TimerDescriptorTest {
    private static final short POLLIN = 1;
    private static final int PATIENCE_MILLIS = 30_000;

    /** Whether there is something to read within that time. */
    private static boolean isReadable(TimerDescriptor timer, int millis) {
        var pollfd = new Memory(8);
        pollfd.bytes().putInt(0, timer.fd()).putShort(4, POLLIN);
        int n = LibC.poll(pollfd, millis);
        assertTrue(n >= 0, "poll");
        return n == 1;
    }

    @Test
    void isReadableFromItsTimeOnAndNoEarlier() throws SystemCallException {
        try (var timer = TimerDescriptor.open()) {
            long at = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(20_500);
            timer.set(at);
            assertTrue(isReadable(timer, PATIENCE_MILLIS));
            long late = System.nanoTime() - at;
            assertTrue(late >= 0, late + " ns");
            assertTrue(isReadable(timer, 0), "until it is set again");
            timer.set(at + TimeUnit.HOURS.toNanos(1));
            assertEquals(false, isReadable(timer, 0));
        }
    }

    @Test
    void aTimeThatIsPastIsNow() throws SystemCallException {
        try (var timer = TimerDescriptor.open()) {
            timer.set(System.nanoTime() - 1);
            assertTrue(isReadable(timer, PATIENCE_MILLIS));
            timer.off();
            assertEquals(false, isReadable(timer, 0));
            timer.set(-7);
            assertTrue(isReadable(timer, PATIENCE_MILLIS));
        }
    }

    @Test
    void closedItTouchesNoOtherDescriptorOfTheSameNumber() throws SystemCallException {
        var closed = TimerDescriptor.open();
        closed.close();
        try (var other = TimerDescriptor.open()) {
            closed.set(System.nanoTime() - 1);
            closed.close();
            other.off(); // Fails if it was closed.
            assertEquals(false, isReadable(other, 0));
        }
    }
}
