// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SuspensionTest {
    private static final long SECOND = 1_000_000_000L;

    private final Suspension suspension = new Suspension();

    /** The kernel's uptime counts the time in which the machine was suspended, Java's clock does not. */
    @Test
    void togetherWithTheMonotonicClockItIsTheUptime() throws IOException {
        long before = suspension.nanos() + System.nanoTime();
        String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
        long after = suspension.nanos() + System.nanoTime();
        double nanos = Double.parseDouble(uptime) * SECOND;
        assertTrue(nanos > before - SECOND && nanos < after + SECOND, before + " < " + nanos + " < " + after);
    }

    @Test
    void aMachineThatIsNotSuspendedIsNot() {
        long first = suspension.nanos();
        assertEquals(first / SECOND, suspension.nanos() / SECOND, 1);
    }
}
