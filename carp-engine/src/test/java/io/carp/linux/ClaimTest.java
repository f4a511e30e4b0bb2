// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Which process has a claim, for how long, and what others learn. The other process is a real one. */
@EnabledOnOs(OS.LINUX)
class ClaimTest {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** A name that no other program uses, since all programs of the machine share the names. */
    private final String name = "test/" + ProcessHandle.current().pid() + "/" + COUNT.incrementAndGet();

    private final List<Process> processes = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();

    @AfterEach
    void tearDown() throws Exception {
        for (var process : processes) {
            process.destroyForcibly().waitFor();
        }
        claims.forEach(Claim::close);
    }

    @Test
    void whatAnotherProcessHasCannotBeTakenUntilThatIsKilled() throws Exception {
        var process = holder("/opt/karaf one");
        var claim = claim();
        assertEquals(new Neighbour((int) process.pid(), LibC.geteuid(), "/opt/karaf one"), claim.take(10_000));
        assertFalse(claim.isHeld());
        assertEquals(
                "process " + process.pid() + " of this machine (/opt/karaf one)",
                claim.take(0).inWords());

        kill(process);
        assertNull(claim.take(0));
        assertTrue(claim.isHeld());
    }

    @Test
    void whereItIsAtHomeIsKnownLaterToWhoDoesNotWait() throws Exception {
        var process = holder("/opt/karaf");
        var claim = claim();
        Neighbour first = claim.take(0);
        assertNotNull(first);
        assertEquals(process.pid(), first.pid());
        for (int n = 0; n < 2000 && claim.take(0).place().isEmpty(); n++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        // It is closed for good, however often somebody tries.
        for (int n = 0; n < 100; n++) {
            assertEquals("/opt/karaf", claim.take(0).place());
        }
    }

    @Test
    void aProcessThatHangsHasItAllTheSameAndCannotSayMore() throws Exception {
        var process = holder("/opt/karaf");
        signal("STOP", process);
        awaitStopped(process);
        var claim = claim();
        for (int n = 0; n < 100; n++) {
            Neighbour other = claim.take(n == 0 ? 20 : 0);
            assertEquals(new Neighbour((int) process.pid(), LibC.geteuid(), ""), other);
        }
        assertEquals(
                "process " + process.pid() + " of this machine", claim.take(0).inWords());
    }

    @Test
    void whoComesNextIsNamedNotWhoWasThereBefore() throws Exception {
        var first = holder("/one");
        var claim = claim();
        assertEquals("/one", claim.take(10_000).place());
        kill(first);
        var second = holder("/two");
        Neighbour other = null;
        for (int n = 0; n < 100; n++) {
            other = claim.take(100);
        }
        assertEquals(new Neighbour((int) second.pid(), LibC.geteuid(), "/two"), other);
    }

    @Test
    void ourselvesAreNoObstacleAndHaveItOnce() throws Exception {
        var first = claim();
        var second = claim();
        assertNull(first.take(0));
        assertNull(second.take(0));
        assertTrue(first.isHeld());
        assertFalse(second.isHeld());
        first.close();
        assertNull(second.take(0));
        assertTrue(second.isHeld());
        assertNull(first.take(0), "closed for good");
        assertFalse(first.isHeld());
    }

    @Test
    void ofAnyNumberThatAskEachIsAnswered() throws Exception {
        var process = holder("/opt/karaf");
        for (int n = 0; n < 200; n++) {
            try (var claim = new Claim(name)) {
                assertEquals("/opt/karaf", claim.take(10_000).place());
            }
        }
        kill(process);
    }

    @Test
    void nobodyIsAskedWithoutTakingIt() throws Exception {
        assertNull(claim().holder(0));
        var process = holder("/opt/karaf");
        assertEquals(process.pid(), claim().holder(10_000).pid());
    }

    @Test
    void aStrangeUserIsNamedAndAnotherContainerIsCalledThat() {
        assertEquals("another process of this machine", new Neighbour(-1, -1, "").inWords());
        int strange = LibC.geteuid() + 1;
        assertEquals("process 5 of this machine (user " + strange + ")", new Neighbour(5, strange, "").inWords());
        assertEquals(
                "process 5 of this machine (/opt/karaf, user " + strange + ")",
                new Neighbour(5, strange, "/opt/karaf").inWords());
        assertEquals(
                "a process of another container of this machine (its process id cannot be seen from here)"
                        + " (/opt/karaf)",
                new Neighbour(0, LibC.geteuid(), "/opt/karaf").inWords());
    }

    private Claim claim() {
        var claim = new Claim(name);
        claims.add(claim);
        return claim;
    }

    private Process holder(String base) throws IOException {
        var process = new ProcessBuilder(ClaimHolder.command(name, base))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertEquals("held", out.readLine());
        return process;
    }

    private static void kill(Process process) throws Exception {
        process.destroyForcibly().waitFor();
    }

    /** The signal has been sent, but on a busy machine its threads go on for some milliseconds. */
    private static void awaitStopped(Process process) throws Exception {
        var threads = Path.of("/proc/" + process.pid() + "/task");
        for (boolean all = false; !all; ) {
            try (var each = Files.list(threads)) {
                all = each.allMatch(ClaimTest::isStopped);
            }
        }
    }

    private static boolean isStopped(Path thread) {
        try {
            var stat = Files.readString(thread.resolve("stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            return true; // It has ended meanwhile.
        }
    }

    private static void signal(String signal, Process process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, "" + process.pid())
                        .start()
                        .waitFor());
    }
}
