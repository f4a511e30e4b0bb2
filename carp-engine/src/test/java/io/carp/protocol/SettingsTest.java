// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ranges, and the times that follow from the settings. */
class SettingsTest {
    @ParameterizedTest
    @CsvSource({
        "vhid, 1, 255",
        "advbase, 0, 255",
        "advskew, 0, 254",
        "deadRatio, 1, 255",
        "digestOverlap, 0, 3600",
        "startupDelay, 0, 3600",
        "preemptDelay, 0, 3600",
    })
    void whatIsOutOfRangeIsRefusedByName(String key, int least, int most) {
        assertDoesNotThrow(() -> with(key, least));
        assertDoesNotThrow(() -> with(key, most));
        for (int wrong : new int[] {least - 1, most + 1}) {
            String message = assertThrows(IllegalArgumentException.class, () -> with(key, wrong))
                    .getMessage();
            assertEquals(key + " = " + wrong + " is out of range: allowed is " + least + ".." + most, message);
        }
    }

    /** In 1/256 s, an exact number of nanoseconds. */
    @ParameterizedTest
    @CsvSource({
        // advbase, advskew, deadRatio: between advertisements, until the master is down
        "1, 0, 3,      256, 768",
        "1, 100, 3,    356, 868",
        "2, 254, 3,    766, 1790",
        "1, 100, 2,    356, 612",
        "0, 100, 3,    100, 300",
        "0, 100, 2,    100, 200",
        "0, 1, 3,      1, 3",
        "0, 0, 3,      1, 3",
        "1, 64, 1,     320, 400", // not 320: a quarter more than our own interval
    })
    void timesFollowOpenBsdWhereAdvbaseIsZero(int advbase, int advskew, int deadRatio, int between, int down) {
        Settings settings = new Settings(1, advbase, advskew, false, deadRatio, 0, 60);
        assertEquals(between * 3_906_250L, settings.intervalNanos(advskew));
        assertEquals(down * 3_906_250L, settings.masterDownNanos(advskew));
    }

    /** Milliseconds after the last advertisement; a peer's patience has nothing to do with our own deadRatio. */
    @ParameterizedTest
    @CsvSource({
        // advbase, advskew, deadRatio, lease: late after
        "1, 0, 3, 0,       3000",
        "1, 0, 10, 0,      3000",
        "1, 0, 3, 2,       2000",
        "1, 0, 3, 60,      3000",
        "1, 0, 3, 1,       1250",
        "0, 128, 3, 1,     1000",
        "0, 64, 3, 1,      750",
    })
    void lateIsWhenAPeerOrTheKernelMayHaveGivenUpOnUs(
            int advbase, int advskew, int deadRatio, int lease, int milliseconds) {
        Settings settings = new Settings(1, advbase, advskew, false, deadRatio, lease, 60);
        assertEquals(milliseconds * 1_000_000L, settings.lateNanos(advskew));
    }

    private static Settings with(String key, int value) {
        return new Settings(
                key.equals("vhid") ? value : 1,
                key.equals("advbase") ? value : 1,
                key.equals("advskew") ? value : 0,
                false,
                key.equals("deadRatio") ? value : 3,
                0,
                key.equals("digestOverlap") ? value : 60,
                new Delays(
                        key.equals("startupDelay") ? value : 0, key.equals("preemptDelay") ? value : 0, FamilyRule.ALL),
                DemotionStyle.ADVSKEW);
    }
}
