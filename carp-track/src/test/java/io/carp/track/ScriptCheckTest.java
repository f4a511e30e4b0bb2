// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses real scripts. */
class ScriptCheckTest {
    @TempDir
    Path directory;

    @Test
    void exitCodeZeroIsFineAndAnyOtherIsNot() throws Exception {
        assertNull(ScriptCheck.of("db", script("exit 0").toString()).fault());
        assertEquals(
                "exit code 3", ScriptCheck.of("db", script("exit 3").toString()).fault());
    }

    @Test
    void getsItsArgumentsAndTheNameOfTheTrackAndMayPrintAsMuchAsItLikes() throws Exception {
        Path script = script("""
                yes | head -c 1000000
                [ "$1 $2 $# $CARP_TRACK" = "a b 2 db" ]""");
        assertNull(ScriptCheck.of("db", script + "  a b").fault());
        assertEquals("exit code 1", ScriptCheck.of("db", script + " a").fault());
    }

    @Test
    void itsEnvironmentIsNotThatOfTheContainer() throws Exception {
        assertEquals("not for scripts", System.getenv("CONTAINER_SECRET"));
        Path script = script("[ -z \"$CONTAINER_SECRET\" ] && [ -n \"$PATH\" ]");
        assertNull(ScriptCheck.of("db", script.toString()).fault());
    }

    @Test
    void whatIsNotThereOrCannotRunIsAFaultThatMayPass() throws Exception {
        Path script = directory.resolve("check");
        ScriptCheck check = ScriptCheck.of("db", script.toString());
        assertEquals("there is no such file", check.fault());
        Files.writeString(script, "#!/bin/sh\nexit 0\n");
        assertEquals("not executable: chmod +x it", check.fault());
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        assertNull(check.fault());
    }

    @Test
    void isKilledWithItsChildrenByAnInterrupt() throws Exception {
        Path pids = directory.resolve("pids");
        Path script = script("sleep 1000 &\necho $$ $! > " + pids + ".new\nmv " + pids + ".new " + pids + "\nwait");
        ScriptCheck check = ScriptCheck.of("db", script.toString());
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                check.fault();
            } catch (Exception e) {
                end.set(e);
            }
        });
        thread.start();
        await("the script has begun", () -> Files.exists(pids));
        thread.interrupt();
        await("the check has ended", () -> end.get() instanceof InterruptedException);
        for (String pid : Files.readString(pids).strip().split(" ")) {
            await(pid + " has ended", () -> ProcessCheck.name(Long.parseLong(pid)) == null);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "not within a minute: " + what);
            Thread.sleep(10);
        }
    }

    private Path script(String lines) throws IOException {
        Path script = Files.createTempFile(directory, "check", ".sh");
        Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
