// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What README.md tells a person to type who has a Karaf already. */
final class ReadMe {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String SECTION = "### In the Karaf 4.4 that you have";

    private ReadMe() {}

    /** Runs {@code cp carp.kar deploy/} as it is written there. */
    static void deploy(ForeignKaraf karaf) throws Exception {
        type(ROOT, command("cp "), "/path/to/karaf", karaf.home.toString());
    }

    /** Gives a minimal Karaf our bundles, in a repository of its own. */
    static void giveRepository(ForeignKaraf karaf) throws Exception {
        type(karaf.home, command("jar xf "), "/path/to/carp.kar", System.getProperty("carp.kar"));
    }

    /** What docs/operations.md tells a person to type who has Karaf Cellar, on a node of that address. */
    static void besideCellar(ForeignKaraf karaf, String address) throws Exception {
        List<String> commands = Files.readAllLines(ROOT.resolve("docs/operations.md")).stream()
                .dropWhile(line -> !line.equals("## With Karaf Cellar"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("    sed "))
                .toList();
        type(karaf.home, String.join("\n", commands), "10.0.0.1", address);
    }

    /** The line of its shell that installs from the file. */
    static String karInstall() throws Exception {
        String text = String.join("\n", section());
        int start = text.indexOf("kar:install");
        String line = text.substring(start, text.indexOf('`', start));
        return line.replace("/path/to/carp.kar", System.getProperty("carp.kar"));
    }

    /** The lines that are typed into a shell that has our bundles in a repository. */
    static String[] install() throws Exception {
        return new String[] {repoAdd(), command("feature:install ")};
    }

    static String repoAdd() throws Exception {
        return command("feature:repo-add ");
    }

    private static void type(Path directory, String command, String placeholder, String path) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-ec", command.replace(placeholder, path));
        shell.directory(directory.toFile());
        String jdk = Path.of(System.getProperty("java.home"), "bin").toString();
        shell.environment().merge("PATH", jdk, (path0, bin) -> bin + ":" + path0);
        Lab.run(shell);
    }

    private static String command(String start) throws Exception {
        return section().stream()
                .filter(line -> line.startsWith("    " + start))
                .findFirst()
                .orElseThrow(() -> new AssertionError("README.md has no command " + start + "in " + SECTION))
                .strip();
    }

    private static List<String> section() throws Exception {
        return Files.readAllLines(ROOT.resolve("README.md")).stream()
                .dropWhile(line -> !line.equals(SECTION))
                .skip(1)
                .takeWhile(line -> !line.startsWith("### "))
                .toList();
    }
}
