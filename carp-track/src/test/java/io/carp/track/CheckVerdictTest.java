// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.track.CheckVerdict.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results as a row of + and -, and the verdict on the thing after each of them: ?, F(ine) or M(issing). */
class CheckVerdictTest {
    @ParameterizedTest
    @CsvSource({
        // from, rise, fall, results, verdicts
        "UNKNOWN, 1, 1, +-+, FMF",
        "UNKNOWN, 3, 3, +, F",
        "UNKNOWN, 3, 3, -, M",
        "FINE, 1, 3, ---, FFM",
        "FINE, 1, 3, --+--+---, FFFFFFFFM",
        "MISSING, 3, 1, +++, MMF",
        "MISSING, 3, 1, ++-++-+++, MMMMMMMMF",
        "UNKNOWN, 2, 2, -+++--+-, MMFFFMMM",
        "FINE, 1, 1, +++, FFF",
    })
    void oneBehindTheOther(State from, int rise, int fall, String results, String expected) {
        CheckVerdict verdict = new CheckVerdict(from, rise, fall);
        StringBuilder verdicts = new StringBuilder();
        for (char result : results.toCharArray()) {
            State before = verdict.state();
            boolean changes = verdict.changesWith(result == '+');
            assertEquals(before != verdict.state(), changes, "told of a change after " + verdicts);
            verdicts.append(verdict.state().name().charAt(0));
        }
        assertEquals(expected, verdicts.toString());
    }
}
