// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses real processes. */
class ProcessCheckTest {
    @TempDir
    Path directory;

    @Test
    void aPidFileNamesAProcessThatRuns() throws Exception {
        Path file = directory.resolve("sleep.pid");
        ProcessCheck check = ProcessCheck.of(file.toString());
        assertEquals("there is no such file", check.fault());
        Files.writeString(file, "soon\n");
        assertEquals("there is no process id in it", check.fault());
        Process process = new ProcessBuilder("sleep", "1000").start();
        try {
            Files.writeString(file, process.pid() + "\n/var/lib/more/lines\n");
            assertNull(check.fault());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals("process " + process.pid() + " does not run", check.fault());
    }

    @Test
    void aNameIsMatchedExactlyUpToFifteenBytes() throws Exception {
        Path program = Files.copy(Path.of("/bin/sleep").toRealPath(), directory.resolve("carp-tracked-sleeper"));
        ProcessCheck check = ProcessCheck.of("carp-tracked-sleeper");
        assertEquals("does not run", check.fault());
        Process process = new ProcessBuilder(program.toString(), "1000").start();
        try {
            awaitName(process, "carp-tracked-sl");
            assertNull(check.fault());
            assertNull(check.fault(), "and again, without a search");
            assertEquals("does not run", ProcessCheck.of("carp-tracked").fault(), "a part of the name");
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertEquals("does not run", check.fault());
    }

    /** Waits for the name, since a process has that of its parent until it has become the program. */
    private static void awaitName(Process process, String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!name.equals(ProcessCheck.name(process.pid())) && System.nanoTime() < end) {
            Thread.sleep(10);
        }
    }
}
