// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.SealMarks.Kept;
import io.carp.protocol.SealMarks.Mark;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealMarksTest {
    private static final InetAddress ONE = Golden.address("10.0.0.2");
    private static final InetAddress OTHER = Golden.address("fe80::2");
    private static final long MILLISECOND = 1L << 20;

    private final SealMarks marks = new SealMarks();

    private boolean isReplayed(InetAddress source, long epoch, long sequence) {
        return marks.isReplayed(source, epoch, sequence, 0);
    }

    @Test
    void bothNumbersAreUnsignedAndTheEpochCountsFirst() {
        marks.heard(ONE, 5, -2, false);
        assertTrue(isReplayed(ONE, 5, -2), "the same");
        assertTrue(isReplayed(ONE, 5, Long.MAX_VALUE), "less, unsigned");
        assertFalse(isReplayed(ONE, 5, -1));
        assertFalse(isReplayed(ONE, 6, 0));
        assertTrue(isReplayed(ONE, 4, -1));
        marks.heard(ONE, -1, 0, false);
        assertTrue(isReplayed(ONE, Long.MAX_VALUE, 7));
    }

    @Test
    void aStartIsAboveAllThatIsRememberedAndNotBelowTheClock() {
        marks.recall(new Kept(7, List.of(new Mark(ONE, 9, 1))), 5_000);
        assertEquals(10, marks.epoch());
        assertTrue(isReplayed(ONE, 9, 1));
        SealMarks another = new SealMarks();
        another.recall(Kept.NOTHING, 1_764_201_600_000L);
        assertEquals(1_764_201_600L, another.epoch());
        SealMarks before1970 = new SealMarks();
        before1970.recall(Kept.NOTHING, -5_000);
        assertEquals(1, before1970.epoch());
    }

    @Test
    void aSenderThatWasNeverHeardIsOldTwoMinutesBehindWhatWeSay() {
        marks.recall(Kept.NOTHING, 2_000_000);
        long patience = SealMarks.CLOCK_PATIENCE_MILLIS;
        assertFalse(marks.isReplayed(ONE, 1, (2_000_000 - patience) * MILLISECOND, 2_000_000));
        assertTrue(marks.isReplayed(ONE, 1, (1_999_999 - patience) * MILLISECOND, 2_000_000));
        assertFalse(marks.isReplayed(ONE, 2001, 0, 2_000_000), "of a later start");
    }

    @Test
    void whatShouldNotWaitIsSaid() {
        marks.heard(ONE, 1, 1, false);
        assertTrue(marks.isUrgent(), "a new sender");
        assertEquals(List.of(new Mark(ONE, 1, 1)), marks.kept().marks());
        assertFalse(marks.isChanged());
        marks.heard(ONE, 1, 2, false);
        assertTrue(marks.isChanged() && !marks.isUrgent());
        marks.heard(ONE, 1, 3, true);
        assertTrue(marks.isUrgent(), "a bow-out");
        marks.kept();
        marks.heard(ONE, 2, 1, false);
        assertTrue(marks.isUrgent(), "a start");
        assertEquals(2, marks.epoch(), "which is ours from now on");
    }

    @Test
    void whoWasHeardIsToldOnce() {
        assertNull(marks.justHeard());
        marks.heard(OTHER, 1, 5 * MILLISECOND, false);
        assertEquals(OTHER, marks.justHeard());
        assertNull(marks.justHeard());
        assertEquals(5, marks.millis(OTHER));
        assertEquals(0, marks.millis(ONE));
    }

    @Test
    void theOldestMakesRoom() {
        for (int i = 0; i < 300; i++) {
            marks.heard(Golden.address("10.1." + i / 250 + "." + i % 250), 1, i + 1, false);
        }
        Kept kept = marks.kept();
        assertEquals(256, kept.marks().size());
        assertEquals(45, kept.marks().stream().mapToLong(Mark::sequence).min().orElseThrow());
    }
}
