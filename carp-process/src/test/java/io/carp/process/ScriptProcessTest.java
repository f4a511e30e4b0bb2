// SPDX-License-Identifier: Apache-2.0
package io.carp.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses real processes. */
class ScriptProcessTest {
    private static final long MINUTE = 60_000;

    @TempDir
    private Path directory;

    private ScriptProcess start(String lines) throws IOException {
        Path script = Files.createTempFile(directory, "script", ".sh");
        Files.writeString(script, "#!/bin/sh\n" + lines + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return ScriptProcess.start(
                List.of(script.toString(), "an argument"), Map.of("CARP_NAME", "web"), ProcessBuilder.Redirect.PIPE);
    }

    private String printed(String lines) throws Exception {
        try (ScriptProcess script = start(lines)) {
            assertTrue(script.waitFor(MINUTE));
            var output = script.output();
            return new String(output.readNBytes(output.available()), StandardCharsets.UTF_8);
        }
    }

    @Test
    void inheritsWhatIsStatedAndNothingElseOfTheContainer() throws Exception {
        List<String> names =
                printed("env").lines().map(line -> line.replaceFirst("=.*", "")).toList();
        assertTrue(names.contains("CARP_NAME"), names + "");
        assertEquals(System.getenv("PATH"), printed("printf %s \"$PATH\""));
        // The build sets this one for this test, and what a shell adds by itself is none of ours.
        assertEquals("not for scripts", System.getenv("CONTAINER_SECRET"));
        List<String> stated = List.of("PATH", "HOME", "USER", "LOGNAME", "TZ", "LANG", "CARP_NAME");
        List<String> shells = List.of("PWD", "OLDPWD", "SHLVL", "_");
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> !stated.contains(name) && !shells.contains(name) && !name.startsWith("LC_"))
                        .toList());
    }

    @Test
    void leadsASessionAndAGroupOfItsOwn() throws Exception {
        String[] fields = printed("sed 's/.*) //' /proc/$$/stat; echo $$").split("\\s+");
        String pid = fields[fields.length - 1];
        assertEquals(pid, fields[2], "its group");
        assertEquals(pid, fields[3], "its session");
    }

    @Test
    void aDaemonThatItLeavesBehindLivesOnAndCostsNeitherThreadNorDescriptor() throws Exception {
        printed("sleep 300 & echo $!; kill $!"); // This loads the classes.
        long descriptors = pipes();
        int threads = scriptThreads();
        ProcessHandle[] daemons = new ProcessHandle[10];
        for (int i = 0; i < daemons.length; i++) {
            long pid = Long.parseLong(printed("sleep 300 &\necho $!").strip());
            daemons[i] = ProcessHandle.of(pid).orElseThrow();
        }
        try {
            await("the descriptors are freed", () -> pipes() <= descriptors);
            await("the threads are freed", () -> scriptThreads() <= threads);
            for (ProcessHandle daemon : daemons) {
                assertTrue(daemon.isAlive(), daemon + " has been left behind on purpose");
            }
        } finally {
            Stream.of(daemons).forEach(ProcessHandle::destroyForcibly);
        }
    }

    /**
     * Each generation is born while the one before is killed, so a search for children would never find the last one.
     */
    @Test
    void aFamilyThatGoesOnForkingIsKilledWhole() throws Exception {
        Path pulse = directory.resolve("pulse");
        try (ScriptProcess script = start("""
                live() { date +%s%N > "$1"; (live "$1") & exit; }
                (live PULSE) &
                (live PULSE) &
                wait; sleep 1000""".replace("PULSE", pulse.toString()))) {
            await(
                    "the family lives",
                    () -> Files.exists(pulse) && !Files.readString(pulse).isEmpty());
            Thread.sleep(100); // Meanwhile there are some generations.
            script.kill();
            assertTrue(script.waitFor(MINUTE));
        }
        String last = Files.readString(pulse);
        long quiet = System.nanoTime();
        for (int i = 0; System.nanoTime() - quiet < TimeUnit.SECONDS.toNanos(1); i++) {
            Thread.sleep(20);
            String now = Files.readString(pulse);
            if (!now.equals(last)) {
                assertTrue(i < 50, "somebody has survived");
                last = now; // A process was just writing this when it was killed.
                quiet = System.nanoTime();
            }
        }
    }

    @Test
    void whoHasGoneIntoASessionOfItsOwnIsFoundByItsParent() throws Exception {
        Path pid = directory.resolve("pid");
        try (ScriptProcess script = start(
                "setsid sh -c 'echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000' &\nwait")) {
            await("it has gone", () -> Files.exists(pid));
            script.kill();
        }
        long number = Long.parseLong(Files.readString(pid).strip());
        await(
                "it is killed",
                () -> ProcessHandle.of(number).map(it -> !it.isAlive()).orElse(true));
    }

    @Test
    void withoutSetsidItIsKilledWithItsChildrenAllTheSame() throws Exception {
        Path pid = directory.resolve("pid");
        String lines = "sleep 1000 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait; sleep 1000";
        try (ScriptProcess script =
                ScriptProcess.start("", List.of("/bin/sh", "-c", lines), Map.of(), ProcessBuilder.Redirect.DISCARD)) {
            await("it has begun", () -> Files.exists(pid));
            script.kill();
            assertTrue(script.waitFor(MINUTE));
        }
        awaitEnd(pid);
    }

    @Test
    void itsCloseEndsIt() throws Exception {
        ScriptProcess script = start("exec sleep 1000");
        script.close();
        assertTrue(script.waitFor(MINUTE));
    }

    private static void awaitEnd(Path pid) throws Exception {
        long number = Long.parseLong(Files.readString(pid).strip());
        await("it is killed", () -> ProcessHandle.of(number)
                .map(process -> !process.isAlive())
                .orElse(true));
    }

    /** The number of open pipes of this JVM. */
    private static long pipes() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
                        } catch (IOException e) {
                            return false; // It was closed meanwhile.
                        }
                    })
                    .count();
        }
    }

    /** All threads but those of the JDK, which has one for each living process and keeps them for a while. */
    private static int scriptThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("process reaper"))
                .count();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.call()) {
            assertTrue(System.nanoTime() - end < 0, "not within a minute: " + what);
            Thread.sleep(10);
        }
    }
}
