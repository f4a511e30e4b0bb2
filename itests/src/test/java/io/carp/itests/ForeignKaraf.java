// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user's Karaf: an archive of Apache, unpacked and run in a network namespace without the internet and with an empty
 * local Maven repository.
 */
final class ForeignKaraf {
    static final Duration BOOT = Duration.ofSeconds(240);

    private static final Duration QUIET = Duration.ofSeconds(10);

    /** Where a container finds what a user's application would fetch from Maven Central. */
    static final Path CENTRAL = Path.of("target/karafs/repository").toAbsolutePath();

    final String version;
    final String namespace;
    final Path home;
    final Witnessed witnessed;
    private final List<String> before = new ArrayList<>(List.of("nice", "-n", "-10"));
    private @Nullable Process process;

    /** Unpacks the archive of target/karafs. */
    ForeignKaraf(String archive, String version, Path home, String namespace) throws Exception {
        this.version = version;
        this.namespace = namespace;
        this.home = home;
        Lab.run("rm", "-rf", home.toString(), home + "-m2");
        Files.createDirectories(home);
        Lab.run("tar", "xzf", "target/karafs/" + archive, "-C", home.toString(), "--strip-components=1");
        witnessed = new Witnessed(home.resolve(Witness.FILE));
        // A Karaf has no user; these tests need one for its client.
        Files.writeString(
                home.resolve("etc/users.properties"),
                "karaf = karaf,_g_:admingroup\n_g_\\:admingroup = group,admin,manager,viewer,systembundles,ssh\n");
        Path witness = Files.createDirectories(home.resolve("system/test/witness/1"));
        UserBundle.write(Witness.class, witness.resolve("witness-1.jar"));
        append("etc/startup.properties", "mvn\\:test/witness/1 = 1");
        offline();
    }

    /** Leaves it no repository but its own system/, and nothing of the user who runs the tests. */
    void offline() throws IOException {
        append("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.settings =");
        append("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.localRepository = " + home + "-m2");
        append("etc/org.ops4j.pax.url.mvn.cfg", "org.ops4j.pax.url.mvn.repositories =");
    }

    /** Gives it a directory that it takes for Maven Central. */
    void online() throws IOException {
        append(
                "etc/org.ops4j.pax.url.mvn.cfg",
                "org.ops4j.pax.url.mvn.repositories = " + CENTRAL.toUri() + "@id=central");
    }

    /** Appends a line; of several lines with one key the last one counts. */
    void append(String file, String line) throws IOException {
        Files.writeString(
                home.resolve(file),
                "\n" + line + "\n",
                StandardCharsets.ISO_8859_1,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Sets a command, such as {@code setpriv}, under which the start script runs. */
    void under(List<String> command) {
        before.clear();
        before.addAll(command);
    }

    /** Starts it and waits until its boot features are installed. */
    void boot() throws Exception {
        int mark = start();
        Lab.await(home + " has booted", BOOT, () -> witnessed.bootedSince(mark));
    }

    /** Starts it and returns at once. Returns the moment before. */
    int start() throws IOException {
        int mark = witnessed.now();
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(home.resolve("bin/karaf").toString(), "daemon"));
        ProcessBuilder builder = new ProcessBuilder(Lab.inside(namespace, command.toArray(String[]::new)));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(home.resolve("stdout").toFile());
        process = builder.start();
        return mark;
    }

    /** Waits until nothing has happened to a bundle for some seconds. */
    void awaitQuiet() throws Exception {
        int[] last = {witnessed.now()};
        long[] since = {System.nanoTime()};
        Lab.await(home + " is quiet", BOOT, () -> {
            int now = witnessed.now();
            if (now != last[0]) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > QUIET.toNanos();
        });
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Each step of the start replaced the one before it, so our child is the JVM itself. */
    long pid() {
        return process == null ? -1 : process.pid();
    }

    /** Kills it, as if the machine lost power. */
    void kill() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
            process = null;
        }
    }

    /** Sends SIGTERM, and gives it at most two minutes to end. */
    void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            kill();
            if (!ended) {
                throw new AssertionError(home + " did not end within 120 s after SIGTERM");
            }
        }
    }

    /**
     * Types the commands into one session by ssh. Returns what it printed until a command failed or the session ended.
     * Only the output of the last command proves that the session lasted.
     */
    String shell(String... commands) throws Exception {
        Path script = Files.write(home.resolve("commands"), List.of(commands));
        // Each attempt takes a JVM. The first may come before the container listens.
        String client = "timeout 170 nice -n -10 " + home.resolve("bin/client") + " -u karaf -p karaf -r 40 -d 1 -b < "
                + script + " 2>" + home.resolve("client.err") + " || true";
        ProcessBuilder builder = new ProcessBuilder(Lab.inside(namespace, "sh", "-c", client));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return Lab.run(builder).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    /** The same until the shell knows the commands and prints the text, since after a boot they come one by one. */
    String shellUntil(String expected, String... commands) throws Exception {
        String[] last = {""};
        try {
            Lab.await("printed: " + expected, Duration.ofSeconds(120), () -> {
                last[0] = shell(commands);
                return last[0].contains(expected);
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; the last answer was: " + last[0], e);
        }
        return last[0];
    }

    /** Writes a file in one go, as an editor does. */
    void write(String file, String... lines) throws IOException {
        Path draft = Files.write(home.resolve("draft"), List.of(lines));
        Files.move(draft, home.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    boolean holds(String address) throws Exception {
        return Lab.run("ip", "-n", namespace, "-o", "address", "show", "dev", "eth0")
                .contains(" " + address + "/");
    }

    String log() throws IOException {
        Path log = home.resolve("data/log/karaf.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** The locations of the bundles of a feature in the features file that this Karaf brings along. */
    Set<String> own(String... features) throws IOException {
        String standard = "system/org/apache/karaf/features/standard/" + version + "/standard-" + version;
        String text = Files.readString(home.resolve(standard + "-features.xml"));
        Set<String> bundles = new TreeSet<>();
        for (String feature : features) {
            Matcher found = Pattern.compile("<feature name=\"" + feature + "\".*?</feature>", Pattern.DOTALL)
                    .matcher(text);
            if (!found.find()) {
                throw new AssertionError("no feature " + feature + " in " + standard);
            }
            Matcher bundle = Pattern.compile("<bundle[^>]*>(.*?)</bundle>").matcher(found.group());
            while (bundle.find()) {
                bundles.add(bundle.group(1));
            }
        }
        return bundles;
    }

    /** Every file that a user may care for, and the repository into which the container fetched. */
    Set<String> files() throws IOException {
        Set<String> files = new TreeSet<>();
        for (String directory : List.of("etc", "bin", "lib", "deploy", "system", "contrib")) {
            Path start = home.resolve(directory);
            if (Files.exists(start)) {
                try (Stream<Path> found = Files.walk(start)) {
                    files.addAll(found.filter(Files::isRegularFile)
                            .map(file -> home.relativize(file).toString())
                            .collect(Collectors.toSet()));
                }
            }
        }
        return files;
    }
}
