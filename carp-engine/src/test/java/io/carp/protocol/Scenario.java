// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * A scenario is a text of blocks, an empty line between them. A block is actions, then a line {@code ----}, then what
 * happened. What begins with {@code #} is for people. With {@code -Drewrite} the files are written anew.
 */
public final class Scenario {
    private static final String RULE = "----";

    /** The actions that scenarios of one kind know. */
    public interface Verbs {
        /** @throws RuntimeException for a person */
        void perform(List<String> words);

        /** What has happened since the last time. */
        List<String> takeLog();
    }

    private Scenario() {}

    /** A test for each scenario of a directory. */
    public static Stream<DynamicTest> all(Path directory, Supplier<Verbs> verbs) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        assertFalse(files.isEmpty());
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getFileName().toString(), file.toUri(), () -> compare(file, verbs.get())));
    }

    private static void compare(Path file, Verbs verbs) throws IOException {
        String expected = Files.readString(file);
        String actual = play(expected, verbs);
        if (actual.equals(expected)) {
            return;
        }
        if (System.getProperty("rewrite") != null) {
            Files.writeString(file, actual);
            return;
        }
        fail(file.getFileName() + " went another way (- expected, + happened):\n"
                + difference(expected.lines().toList(), actual.lines().toList()));
    }

    /** Does what the text says and returns the text with what really happened. */
    static String play(String text, Verbs verbs) {
        StringBuilder played = new StringBuilder();
        boolean actions = true;
        for (String line : text.lines().toList()) {
            if (line.isEmpty()) {
                actions = true;
                played.append('\n');
            } else if (line.equals(RULE)) {
                actions = false;
                played.append(RULE).append('\n');
                verbs.takeLog().forEach(entry -> played.append(entry).append('\n'));
            } else if (actions) {
                played.append(line).append('\n');
                perform(line, verbs);
            }
        }
        List<String> unseen = verbs.takeLog();
        if (!unseen.isEmpty()) {
            throw new IllegalArgumentException("actions without " + RULE + " below them: " + unseen);
        }
        return played.toString();
    }

    private static void perform(String line, Verbs verbs) {
        if (!line.startsWith("#")) {
            try {
                verbs.perform(List.of(line.strip().split("\\s+")));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("\"" + line + "\": " + e.getMessage(), e);
            }
        }
    }

    /** Both texts in one, line by line: what is in both, what went (-) and what came (+). */
    static String difference(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add("  " + before.get(i++));
                j++;
            } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + before.get(i++));
            } else {
                lines.add("+ " + after.get(j++));
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
