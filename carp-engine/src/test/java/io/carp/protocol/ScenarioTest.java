// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules of carp(4), one text file each: what is done, and below {@code ----} what came of it.
 *
 * <p>When one fails after a change of the rules, run the test with {@code -Drewrite}, read the diff of the files, and
 * keep it only if you can explain every line of it.
 */
class ScenarioTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");

    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(SCENARIOS)) {
            files = found.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        assertFalse(files.isEmpty());
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), file.toUri(), () -> play(file)));
    }

    private static void play(Path file) throws IOException {
        String expected = Files.readString(file);
        String actual = Scenario.play(expected);
        if (actual.equals(expected)) {
            return;
        }
        if (System.getProperty("rewrite") != null) {
            Files.writeString(file, actual);
            return;
        }
        fail(file.getFileName() + " went another way (- expected, + happened):\n"
                + Scenario.difference(expected.lines().toList(), actual.lines().toList()));
    }

    @Test
    void theDifferenceShowsWhatWentAndWhatCame() {
        assertEquals(
                "  a\n- b\n+ x\n  c\n+ d\n", Scenario.difference(List.of("a", "b", "c"), List.of("a", "x", "c", "d")));
    }

    @Test
    void blocksAreKeptAndOnlyWhatHappenedIsReplaced() {
        String text = """
                # A comment stays.
                node a vhid=1
                ----
                nonsense

                state a
                ----
                """;
        assertEquals("""
                # A comment stays.
                node a vhid=1
                ----
                0.000 a: carp: 1@sim: INIT -> BACKUP (initialization complete)

                state a
                ----
                a: BACKUP, 3.000 s to wait
                """, Scenario.play(text));
    }
}
