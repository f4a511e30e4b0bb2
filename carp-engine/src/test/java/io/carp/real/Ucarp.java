// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real ucarp on host n of a {@link Lan}, of virtual host 7 with 10.9.0.100, and what it logs. */
final class Ucarp {
    /** What ucarp says when all is well. */
    private static final List<String> HARMLESS = List.of(
            "[INFO] Local advertised ethernet address is",
            "[WARNING] Switching to state:",
            "[WARNING] Spawning [",
            "[WARNING] Non-preferred master advertising: reasserting control of VIP with another gratuitous arp",
            "[WARNING] Preferred master advertised: going back to BACKUP state",
            "[WARNING] Putting MASTER down - preemption",
            "[WARNING] Putting MASTER DOWN (going to time out)");

    private final Process process;
    private final List<String> log = new ArrayList<>();

    /**
     * Starts it.
     *
     * @param scripts the directory of vip-up and vip-down
     * @param options such as {@code -k 100 -P}
     */
    Ucarp(Lan lan, int n, Path scripts, String options) {
        var command = new ArrayList<>(List.of(path(), "-i", "eth0", "-s", "10.9.0." + n, "-v", "7", "-p", "secret"));
        command.addAll(List.of("-a", "10.9.0.100", "-u", scripts + "/vip-up", "-d", scripts + "/vip-down"));
        command.addAll(List.of(options.split(" ")));
        process = lan.host(n).start(command.toArray(String[]::new));
        var reader = new Thread(
                () -> new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                        .lines()
                        .forEach(this::note));
        reader.setDaemon(true);
        reader.start();
    }

    private void note(String line) {
        synchronized (log) {
            log.add(line.replaceFirst("^\\d{4}-\\S+: ", "")); // This removes the time.
        }
    }

    private static String path() {
        return Stream.of("/usr/sbin/ucarp", "/usr/local/sbin/ucarp")
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse("");
    }

    /** Aborts the test where there is no ucarp. */
    static void assumeInstalled() {
        Assumptions.assumeFalse(path().isEmpty(), "the command ucarp is missing (package ucarp)");
    }

    /** Writes scripts like those of Debian's ucarp, which add and delete the address and also note their arguments. */
    static void writeScripts(Path directory) throws IOException {
        for (var verb : List.of("up:add", "down:del")) {
            var parts = verb.split(":");
            var script = directory.resolve("vip-" + parts[0]);
            var text = "#!/bin/sh\necho " + parts[0] + " \"$@\" >> " + directory + "/calls\nip address " + parts[1]
                    + " \"$2\"/32 dev \"$1\" 2>> " + directory + "/errors\n";
            Files.writeString(script, text);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    /** What it complained about. */
    List<String> complaints() {
        return log().stream()
                .filter(line -> HARMLESS.stream().noneMatch(line::startsWith))
                .toList();
    }

    /** The state it switched to last. */
    String state() {
        return log().stream()
                .filter(line -> line.contains("Switching to state: "))
                .reduce("", (a, b) -> b)
                .replaceAll(".*: ", "");
    }

    void awaitState(String state) throws Exception {
        try {
            BinderHost.await("ucarp is " + state, 30_000, () -> state().equals(state));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it logged " + log(), e);
        }
    }

    /** Kills it by {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
