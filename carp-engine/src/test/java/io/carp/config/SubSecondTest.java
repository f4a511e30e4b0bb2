// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.config.VirtualHostConfigTest.file;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From which interval on there is a warning, and what it says. */
class SubSecondTest {
    private static List<String> warnings(int advbase, int advskew, int deadRatio) throws ConfigurationRefused {
        return warnings(0, advbase, advskew, deadRatio);
    }

    private static List<String> warnings(int pauseTolerance, int advbase, int advskew, int deadRatio)
            throws ConfigurationRefused {
        Map<String, Object> file = file(
                "advbase", "" + advbase,
                "advskew", "" + advskew,
                "deadRatio", "" + deadRatio,
                "pauseTolerance", "" + pauseTolerance);
        return VirtualHostConfig.parse("web", file, Map.of(), Path.of("")).warnings();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 13, 3, false",
        "0, 12, 3, true",
        "0, 12, 255, true", // the peers' patience counts, too
        "0, 26, 1, true", // and so does ours
        "0, 39, 1, false",
        "0, 1, 3, true",
        "0, 254, 3, false",
        "1, 0, 3, false",
        "1, 12, 1, false",
    })
    void aDoubtBelowTheFloor(int advbase, int advskew, int deadRatio, boolean doubted) throws ConfigurationRefused {
        assertEquals(doubted ? 1 : 0, warnings(advbase, advskew, deadRatio).size());
    }

    /** Where that is not possible, the virtual host says so itself. */
    @Test
    void pausesThatAreBridgedAreNoDoubt() throws ConfigurationRefused {
        assertEquals(List.of(), warnings(2, 0, 5, 3));
    }

    @Test
    void itSaysWhatToExpect() throws ConfigurationRefused {
        assertEquals(
                "advbase = 0 with advskew = 5 means an advertisement every 19.5 ms, and a master that is taken for dead"
                        + " after 58.6 ms of silence: the JVM pauses for longer than that now and then, so expect"
                        + " takeovers from living masters; they are rare from advskew = 13 on, or with another"
                        + " pauseTolerance than 0",
                warnings(0, 5, 3).get(0));
    }

    /** OpenBSD takes it for 1/256 s, and so do we, so that all nodes of a group agree on the order. */
    @Test
    void nothingAtAllIsTakenForTheLeast() throws ConfigurationRefused {
        String text = warnings(0, 0, 3).get(0);
        assertTrue(text.startsWith("advbase = 0 with advskew = 0 means an advertisement every 3.9 ms"), text);
    }
}
