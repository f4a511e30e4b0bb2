// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShortLeaseTest {
    private static final long MILLI = 1_000_000;

    @ParameterizedTest(name = "every {0}/256 s, a jiffy of {1} ms: {2} ms")
    @CsvSource({"26, 4, 252", "13, 4, 124", "5, 4, 48", "26, 10, 250", "5, 10, 50", "26, 1, 253", "256, 4, 2500"})
    void itIsTwoAndAHalfIntervalsInWholeJiffies(int advskew, long jiffy, long millis) {
        assertEquals(millis, ShortLease.millis(interval(advskew), jiffy * MILLI));
    }

    /** Two advertisements in time are closer to each other than the lease, whatever the interval. */
    @Test
    void anAdvertisementThatIsALittleLateIsInTime() {
        for (int advskew = 1; advskew <= 254; advskew++) {
            for (long jiffy : new long[] {1, 4, 10}) {
                long lease = ShortLease.millis(interval(advskew), jiffy * MILLI) * MILLI;
                assertTrue(lease >= interval(advskew) + 4 * MILLI + 2 * jiffy * MILLI - MILLI, advskew + " " + jiffy);
            }
        }
    }

    /** Peers wait for three intervals, each 1/256 s longer than those of the master at least. */
    @ParameterizedTest
    @ValueSource(ints = {5, 13, 26, 100, 254})
    void itEndsBeforeAPeerTakesOver(int advskew) {
        long patience = 3L * (advskew + 1) * 1_000_000_000 / 256;
        for (long jiffy : new long[] {1, 4, 10}) {
            assertTrue(ShortLease.millis(interval(advskew), jiffy * MILLI) * MILLI < patience);
        }
    }

    private static long interval(int advskew) {
        return advskew * 1_000_000_000L / 256;
    }
}
