// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.host.RealHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A process in a namespace that runs {@link RealHost}, or another program with such commands and output, which are
 * described there.
 */
final class EngineNode {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final String HOME = "-Dkaraf.base=";
    /** What a virtual host has unless the test says otherwise. */
    private static final String USUAL = "interface=eth0 vhid=7 pass=secret virtualIps=10.9.0.100 ";

    /** A line it printed, and when: microseconds of the wall clock. */
    record Line(long micros, String text) {}

    final Netns host;
    private final Process process;
    private final String home;
    private final List<Line> lines = new ArrayList<>();
    private final Map<String, String> states = new ConcurrentHashMap<>();

    EngineNode(Netns host) throws Exception {
        this(host, "-XX:TieredStopAtLevel=1");
    }

    /** @param options of the JVM */
    EngineNode(Netns host, String... options) throws Exception {
        this(RealHost.class, host, options);
    }

    EngineNode(Class<?> program, Netns host, String... options) throws Exception {
        this.host = host;
        this.home = List.of(options).stream()
                .filter(option -> option.startsWith(HOME))
                .map(option -> option.substring(HOME.length()))
                .findFirst()
                .orElse("");
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // It runs before other work of a busy machine, as in the unit of the distribution.
        var command = new ArrayList<>(List.of("nice", "-n", "-10", java));
        command.addAll(List.of(options));
        command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classPath(options)));
        command.add(program.getName());
        process = host.start(command.toArray(String[]::new));
        var reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
        await("ready");
    }

    private static String classPath(String... options) {
        int given = List.of(options).indexOf("-cp");
        return given < 0 ? classPath() : options[given + 1];
    }

    /** Under Surefire java.class.path may be a jar that only names the real one. */
    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void read() {
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .lines()
                .forEach(text -> {
                    int blank = text.indexOf(' ');
                    boolean ours = blank > 0 && text.substring(0, blank).matches("\\d{16}");
                    if (!ours) {
                        System.out.println(host.name() + ": " + text);
                    }
                    var line = ours
                            ? new Line(Long.parseLong(text.substring(0, blank)), text.substring(blank + 1))
                            : new Line(0, text);
                    var words = line.text.split(" ");
                    if (words[0].equals("state")) {
                        states.put(words[1], words[2]);
                    }
                    synchronized (lines) {
                        lines.add(line);
                    }
                });
    }

    /** Starts the virtual host {@code web} with these settings beside the usual ones. */
    EngineNode web(String settings) throws IOException {
        tell("start web " + USUAL + settings);
        return this;
    }

    EngineNode tell(String command) throws IOException {
        var in = process.getOutputStream();
        in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
        return this;
    }

    /** Sends a command about {@code web} and returns the answer. */
    String ask(String command) throws Exception {
        int before = lines().size();
        tell(command + " web");
        return await("answer " + command + " web", before).text;
    }

    List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The state that {@code web} has told last. */
    String state() {
        return states.getOrDefault("web", "");
    }

    void awaitState(String state) throws Exception {
        await(state, () -> state().equals(state));
    }

    private void await(String what, Callable<Boolean> condition) throws Exception {
        try {
            BinderHost.await(host.name() + ": " + what, PATIENCE_MILLIS, condition);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it printed " + lines(), e);
        }
    }

    /** Waits until it has printed a line that begins like this. */
    Line await(String begin) throws Exception {
        return await(begin, 0);
    }

    /** The same among the lines from the given one on. */
    Line await(String begin, int from) throws Exception {
        await(begin, () -> find(begin, from) != null);
        return find(begin, from);
    }

    private Line find(String begin, int from) {
        return lines().stream()
                .skip(from)
                .filter(line -> line.text.startsWith(begin))
                .findFirst()
                .orElse(null);
    }

    /** Whether the kernel has the address. */
    boolean has(String address) {
        return host.call(() -> !BinderHost.dump(address).isEmpty());
    }

    /** The directory that it calls its home, if an option names one. */
    String home() {
        return home;
    }

    long pid() {
        return process.pid();
    }

    /** How many file descriptors the process has open. */
    int descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
            return (int) open.count();
        }
    }

    /** Whether one of its threads could do anything: it is neither stopped nor dead. */
    boolean isRunning() throws IOException {
        try (var threads = Files.list(Path.of("/proc", "" + process.pid(), "task"))) {
            return threads.anyMatch(EngineNode::isRunning);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static boolean isRunning(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            return "TZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
        } catch (IOException e) {
            return false; // It has ended meanwhile.
        }
    }

    /** Sends a signal, such as KILL, STOP or CONT. */
    void signal(String name) throws Exception {
        // ip netns exec becomes the program itself, so its process is the one to signal.
        var kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " failed");
        }
        if (name.equals("KILL")) {
            process.waitFor();
        }
    }

    /** Stops in good order and waits for the end of the process. */
    void stop() throws Exception {
        tell("stop");
        await("stopped");
        process.waitFor();
    }
}
