// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.Assume;

/**
 * Network namespaces around one switch. Each is a host on 10.77.0.0/24 by {@code eth0}. Nothing of this touches the
 * network of the machine. It needs root.
 */
final class Lab {
    private static final String PREFIX =
            "carp-itests-" + ProcessHandle.current().pid() + "-";
    private static final String SWITCH = PREFIX + "switch";

    private final List<String> namespaces = new ArrayList<>();

    private Lab() {}

    /** Makes the switch. Where that is not possible, this says why and skips the test. */
    static Lab create() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (!root) {
            skip("network namespaces need root");
        }
        for (String command : List.of("ip", "tcpdump", "ping")) {
            if (!exists(command)) {
                skip("there is no command " + command + ": .ci/run says which package has it");
            }
        }
        Lab lab = new Lab();
        try {
            run("ip", "netns", "add", SWITCH);
        } catch (IOException e) {
            skip("no network namespace can be made here: " + e.getMessage());
        }
        lab.namespaces.add(SWITCH);
        run("ip", "-n", SWITCH, "link", "add", "br0", "type", "bridge", "forward_delay", "0", "mcast_snooping", "0");
        run("ip", "-n", SWITCH, "link", "set", "br0", "up");
        return lab;
    }

    private static boolean exists(String command) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
    }

    /** Skips the test, and says why. */
    static void skip(String why) {
        System.out.println("SKIPPED, because " + why);
        Assume.assumeTrue(why, false);
    }

    /** A host on the switch. Returns the name of its namespace. */
    String host(String name, String address) throws Exception {
        String namespace = PREFIX + name;
        run("ip", "netns", "add", namespace);
        namespaces.add(namespace);
        run("ip", "-n", SWITCH, "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        run("ip", "-n", SWITCH, "link", "set", name, "master", "br0", "up");
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        run("ip", "-n", namespace, "link", "set", "eth0", "up");
        run("ip", "-n", namespace, "address", "add", address + "/24", "dev", "eth0");
        return namespace;
    }

    /** The command line that runs the command in the namespace. */
    static List<String> inside(String namespace, String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        return all;
    }

    /** Runs the command, which has a minute, and returns what it printed. */
    static String run(String... command) throws IOException, InterruptedException {
        return run(new ProcessBuilder(command));
    }

    static String run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command.command()) + " failed: " + text.strip());
            }
            return text;
        }
    }

    /** Waits until the condition is true. If that takes too long, the failure says what was waited for. */
    static void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + patience.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** The time in microseconds since 1970, as in the stamps of packets. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Takes a host off the switch. Its processes must have ended before. */
    void remove(String namespace) throws Exception {
        if (namespaces.remove(namespace)) {
            run("ip", "netns", "delete", namespace);
            for (String other : namespaces) {
                // The next host with the same address has another MAC.
                run("ip", "-n", other, "neighbour", "flush", "all");
            }
        }
    }

    void remove() throws Exception {
        for (String namespace : namespaces) {
            run("ip", "netns", "delete", namespace);
        }
    }
}
