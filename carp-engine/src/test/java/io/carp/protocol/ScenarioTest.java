// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
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
        return Scenario.all(SCENARIOS, ScenarioVerbs::new);
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
                """, Scenario.play(text, new ScenarioVerbs()));
    }
}
