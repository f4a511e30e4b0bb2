// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs classes of the test's class path in a namespace as the user nobody, as a service without root would run. The
 * class path is copied to where nobody can read it.
 */
final class Unprivileged implements AutoCloseable {
    private static final String NOBODY = "65534";

    private final Netns netns;
    private final Path home;
    private final List<String> classPath = new ArrayList<>();

    Unprivileged(Netns netns) throws IOException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/setpriv")), "the command setpriv is missing (package util-linux)");
        this.netns = netns;
        home = Files.createTempDirectory(
                "carp-nobody", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
        for (var entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry))) {
                copy(Path.of(entry), home.resolve(String.valueOf(classPath.size())));
            }
        }
    }

    private void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                Files.copy(file, target);
                Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        classPath.add(to.toString());
    }

    /**
     * Runs a program to its end and returns what it printed.
     *
     * @param capabilities the ambient capabilities as setpriv names them, separated by commas; empty for none
     */
    String run(Class<?> program, String capabilities, String... arguments) throws IOException, InterruptedException {
        var set = capabilities.isEmpty() ? "-all" : "-all,+" + capabilities.replace(",", ",+");
        var command = new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        command.addAll(
                List.of("--no-new-privs", "--inh-caps=" + set, "--ambient-caps=" + set, "--bounding-set=" + set));
        command.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-Djava.io.tmpdir=" + home));
        command.addAll(List.of("-Duser.home=" + home, "-cp", String.join(File.pathSeparator, classPath)));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        var process = netns.start(command.toArray(String[]::new));
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Override
    public void close() throws IOException {
        try (var files = Files.walk(home)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
