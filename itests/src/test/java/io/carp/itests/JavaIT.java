// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Test;

/** A Java for which Karaf 4.4 is too old. The distribution says so, and our bundles run on it without Karaf. */
public class JavaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final String VIRTUAL_IP = "10.77.0.100";
    private static final Pattern VERSION = Pattern.compile("(?s).*JAVA_VERSION=\"(\\d+).*");

    private Lab lab;
    private Process process;

    @After
    public void removeLab() throws Exception {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    /** Runs in Felix's framework, with SCR, ConfigurationAdmin, FileInstall and EventAdmin from the distribution. */
    @Test
    public void masterAndOrderlyStopWithoutKaraf() throws Exception {
        lab = Lab.create();
        Path repository = Containers.repository();
        Path java = newestJava();
        if (version(java) < 24) {
            Lab.skip("there is no JDK 24 or later in /usr/lib/jvm; -Dcarp.jdk=<directory> names one");
        }
        String namespace = lab.host("felix", "10.77.0.1");
        Path home = Path.of("target/containers/felix").toAbsolutePath();
        Lab.run("rm", "-rf", home.toString());
        Path etc = Files.createDirectories(home.resolve("etc"));
        Files.write(
                etc.resolve("carp.vhost-web.cfg"),
                List.of("interface = eth0", "vhid = 7", "pass = itests", "virtualIps = " + VIRTUAL_IP));
        Path output = home.resolve("output");

        // There is no --add-opens, --add-exports or other help.
        List<String> command = new ArrayList<>(Lab.inside(
                namespace,
                java.resolve("bin/java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-cp",
                classPath(repository),
                PlainFelix.class.getName(),
                home.resolve("storage").toString(),
                etc.toString()));
        command.addAll(bundles(repository));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Lab.await("MASTER, see " + output, PATIENCE, () -> holds(namespace));
        assertTrue(Files.readString(output).contains("7@eth0: BACKUP -> MASTER (master timed out)"));

        process.getOutputStream().close();
        assertTrue("it ends", process.waitFor(60, TimeUnit.SECONDS));
        String said = Files.readString(output);
        assertEquals(said, 0, process.exitValue());
        assertTrue(said, said.contains("7@eth0: MASTER -> INIT (stopped)"));
        assertTrue(said, said.contains("stopped\n"));
        assertFalse("the address went with it, not with its lease", holds(namespace));
        assertFalse(said, said.contains("add-opens") || said.contains("Exception"));
    }

    @Test
    public void theDistributionSaysWhatItDoesNotStartOn() throws Exception {
        Path home = Path.of("target/containers/java").toAbsolutePath();
        Lab.run("rm", "-rf", home.toString());
        Path java = Files.createDirectories(home.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho the JVM was started\n");
        Lab.run("chmod", "755", java.toString());
        Files.writeString(home.resolve("jdk/release"), "IMPLEMENTOR=\"somebody\"\nJAVA_VERSION=\"25.0.3\"\n");
        String archive = System.getProperty("carp.distribution");
        Lab.run("tar", "xzf", archive, "-C", home.toString(), "--strip-components=1", "--wildcards", "*/bin", "*/etc");
        for (String script : List.of("karaf", "start", "client")) {
            ProcessBuilder command =
                    new ProcessBuilder(home.resolve("bin").resolve(script).toString());
            command.environment().put("JAVA_HOME", home.resolve("jdk").toString());
            IOException refused = assertThrows(IOException.class, () -> Lab.run(command));
            String said = String.valueOf(refused.getMessage());
            assertTrue(said, said.contains("is Java 25; Karaf 4.4 does not start on Java 24 or later"));
            assertFalse(said, said.contains("the JVM was started"));
        }
    }

    private static boolean holds(String namespace) throws Exception {
        return Lab.run("ip", "-n", namespace, "-o", "address", "show", "dev", "eth0")
                .contains(" " + VIRTUAL_IP + "/");
    }

    /** The home of the Java that was named, or else of the newest one where Debian has them. */
    private static Path newestJava() throws Exception {
        String named = System.getProperty("carp.jdk", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        Path newest = Path.of(System.getProperty("java.home"));
        Path all = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(all)) {
            try (Stream<Path> homes = Files.list(all)) {
                for (Path home : homes.toList()) {
                    newest = version(home) > version(newest) ? home : newest;
                }
            }
        }
        return newest;
    }

    private static int version(Path home) throws Exception {
        Path release = home.resolve("release");
        var matcher = VERSION.matcher(Files.isRegularFile(release) ? Files.readString(release) : "");
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static String classPath(Path repository) throws Exception {
        List<String> jars = new ArrayList<>(jars(repository.resolve("org/apache/felix/org.apache.felix.framework")));
        jars.add(Path.of("target/test-classes").toAbsolutePath().toString());
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (entry.contains("/slf4j-")) {
                jars.add(entry);
            }
        }
        return String.join(":", jars);
    }

    private static List<String> bundles(Path repository) throws Exception {
        List<String> bundles = new ArrayList<>();
        for (String part : List.of(
                "org/osgi",
                "org/apache/felix/org.apache.felix.configadmin",
                "org/apache/felix/org.apache.felix.fileinstall",
                "org/apache/felix/org.apache.felix.scr",
                "org/apache/karaf/services/org.apache.karaf.services.eventadmin",
                "io/netty",
                "io/carp/carp-api",
                "io/carp/carp-engine")) {
            bundles.addAll(jars(repository.resolve(part)));
        }
        return bundles;
    }

    /** The jars in the directory, if there is one. */
    private static List<String> jars(Path directory) throws Exception {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }
}
