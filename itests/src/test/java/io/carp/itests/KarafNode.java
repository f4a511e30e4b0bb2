// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The distribution, or another Karaf, unpacked and running in a network namespace, exactly as a user runs it. */
final class KarafNode {
    private static final Duration BOOT = Duration.ofSeconds(180);

    final String name;
    final String namespace;
    final String address;
    final AddressLog addresses;
    private final Path home;
    private @Nullable Process process;
    private int run;

    KarafNode(Lab lab, String name, String address) throws Exception {
        this(lab, name, address, System.getProperty("carp.distribution"));
    }

    KarafNode(Lab lab, String name, String address, String archive) throws Exception {
        this.name = name;
        this.address = address;
        namespace = lab.host(name, address);
        home = Path.of("target/containers", name).toAbsolutePath();
        if (Files.exists(home)) {
            Lab.run("rm", "-rf", home.toString());
        }
        Files.createDirectories(home);
        Lab.run("tar", "xzf", archive, "-C", home.toString(), "--strip-components=1");
        // Karaf has no user; these tests need some for the client. The password of each is its name.
        Files.write(
                etc().resolve("users.properties"),
                List.of(
                        "karaf = karaf,_g_:admingroup",
                        "_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh",
                        "operator = operator,manager,ssh",
                        "watcher = watcher,viewer,ssh"));
        addresses = new AddressLog(namespace, home.resolveSibling(name + "-addresses.txt"));
    }

    /** Writes etc/carp.vhost-(virtual host).cfg in one go, as an editor does. */
    void configure(String virtualHost, Map<String, ?> settings) throws IOException {
        StringBuilder text = new StringBuilder();
        settings.forEach(
                (key, value) -> text.append(key).append(" = ").append(value).append('\n'));
        Path draft = Files.writeString(home.resolve("draft"), text);
        Files.move(draft, file(virtualHost), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void forget(String virtualHost) throws IOException {
        Files.deleteIfExists(file(virtualHost));
    }

    private Path file(String virtualHost) {
        return home.resolve("etc/carp.vhost-" + virtualHost + ".cfg");
    }

    Path etc() {
        return home.resolve("etc");
    }

    Path deploy() {
        return home.resolve("deploy");
    }

    /** Has the shell of the container run a command, and returns what it printed. */
    String client(String command) throws Exception {
        return client("karaf", command);
    }

    /** Has the shell run a command as that user, and returns what it printed. */
    String client(String user, String command) throws Exception {
        // The commands come on standard input, since the client closes at once if there is nothing.
        return client(user, "-b", "echo '" + command + "'");
    }

    /** Types what the script prints into the user's session, and returns what the shell printed. */
    String client(String user, String options, String typing) throws Exception {
        String script =
                "(" + typing + ") | " + home.resolve("bin/client") + " -u " + user + " -p " + user + " " + options;
        ProcessBuilder builder = new ProcessBuilder(Lab.inside(namespace, "sh", "-c", script));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return Lab.run(builder);
    }

    /** Starts it and returns at once. */
    void start() throws IOException {
        // Each step replaces the one before it (exec), so our child is the JVM itself. It runs before other work of a
        // busy machine, as in the unit of the distribution.
        start("nice", "-n", "-10", home.resolve("bin/karaf").toString(), "daemon");
    }

    /** Starts it as the command of an image, that is, as the first process of a PID namespace. */
    void startAsFirstProcess() throws IOException {
        String karaf = home.resolve("bin/karaf").toString();
        start("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", karaf, "server");
    }

    private void start(String... command) throws IOException {
        run++;
        ProcessBuilder builder = new ProcessBuilder(Lab.inside(namespace, command));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(output().toFile());
        process = builder.start();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Waits until the virtual host has left INIT and is no longer demoted. */
    void awaitRunning() throws Exception {
        awaitTransition("(container has booted)", BOOT);
        awaitTransition("INIT -> ", BOOT);
    }

    /** Waits until this run of the container has told a transition on standard output. */
    void awaitTransition(String transition, Duration patience) throws Exception {
        Lab.await(name + ": " + transition + " in " + output(), patience, () -> count(transition) > 0);
    }

    /** How many lines of this run's standard output contain the text. */
    long count(String text) throws IOException {
        List<String> lines = Files.readAllLines(output());
        return lines.stream().filter(line -> line.contains(text)).count();
    }

    /** The latest line of this run's standard output that begins with the text. */
    String lastLine(String begin) throws IOException {
        List<String> lines = Files.readAllLines(output());
        return lines.stream()
                .filter(line -> line.startsWith(begin))
                .reduce((one, next) -> next)
                .orElseThrow();
    }

    boolean holds(String address) throws Exception {
        return Lab.run("ip", "-n", namespace, "-o", "address", "show", "dev", "eth0")
                .contains(" " + address + "/");
    }

    /** Kills it, as if the machine lost power. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            process.waitFor();
            process = null;
        }
    }

    /** Sends SIGTERM, and waits for nothing. */
    void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    /** Sends SIGTERM to the first process of its PID namespace, and waits for nothing. */
    void terminateFirstProcess() {
        if (process != null) {
            process.children().forEach(ProcessHandle::destroy);
        }
    }

    /** Ends the container and what watches it. */
    void close() throws InterruptedException {
        kill();
        addresses.close();
    }

    /** Sends SIGTERM, and gives it at most a minute to end. */
    void stop() throws InterruptedException {
        if (process != null) {
            terminate();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                kill();
                throw new AssertionError(name + " did not end within 60 s after SIGTERM");
            }
            process = null;
        }
    }

    /** Makes the next start like the first one after unpacking. */
    void clean() throws Exception {
        Lab.run("rm", "-rf", home.resolve("data").toString());
        Files.createDirectories(home.resolve("data/tmp"));
    }

    private Path output() {
        return home.resolve("stdout." + run);
    }
}
