// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static io.carp.vip.AddressConflict.Deed.DEFEND;
import static io.carp.vip.AddressConflict.Deed.NOTHING;
import static io.carp.vip.AddressConflict.Deed.PROBE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In virtual time: seconds since the address was bound, a look every half second. */
class AddressConflictTest {
    private static final byte[] MAC = {2, 0, 0, 0, 0, 9};
    private static final long START = -TimeUnit.SECONDS.toNanos(5);

    private final AddressConflict conflict = new AddressConflict(START);
    private double now;

    private static long at(double seconds) {
        return START + (long) (seconds * 1e9);
    }

    /** Looks from now on until then; what was done, and when. */
    private List<String> until(double end, boolean answers) {
        var done = new ArrayList<String>();
        for (; now < end; now += 0.5) {
            var deed = conflict.next(at(now));
            if (deed != NOTHING) {
                done.add(deed + " " + now);
            }
            if (deed == PROBE && answers) {
                conflict.heard(MAC, at(now + 0.25));
            }
        }
        return done;
    }

    @Test
    void whoIsAloneAsksOnce() {
        assertEquals(List.of(PROBE + " 1.0"), until(100, false));
        assertNull(conflict.rival());
    }

    @Test
    void whoAnswersIsAskedAgainBeforeItIsAFinding() {
        assertEquals(List.of(PROBE + " 1.0", PROBE + " 1.5"), until(2, true));
        conflict.heard(MAC, at(2));
        assertNull(conflict.rival());
        conflict.heard(MAC, at(2.5));
        assertArrayEquals(MAC, conflict.rival());
        assertEquals("02:00:00:00:00:09", AddressConflict.text(MAC));
        assertEquals(List.of(DEFEND + " 2.0"), until(2.5, true));
    }

    @Test
    void itIsAnnouncedEveryTenSecondsAndNotMoreOften() {
        until(1.5, false);
        for (; now < 30; now += 0.25) {
            conflict.heard(MAC, at(now)); // It does not give in either, and says so all the time.
            var deed = conflict.next(at(now));
            boolean tenth = now == 2.5 || now == 12.5 || now == 22.5;
            boolean asked = now == 1.5 || now == 3.5 || now == 13.5 || now == 23.5;
            assertEquals(tenth ? DEFEND : asked ? PROBE : NOTHING, deed, "at " + now);
        }
    }

    @Test
    void theMasterOfBeforeMayTakeASecondToLetGo() {
        conflict.heard(MAC, at(0.2));
        conflict.heard(MAC, at(0.9));
        assertEquals(List.of(PROBE + " 1.0"), until(100, false));
    }

    /**
     * A partition heals, and the other master releases the address. The clients that it drew to itself are drawn back,
     * once that is certain.
     */
    @Test
    void twoMastersOfAMomentAreNoFinding() {
        until(50, false);
        conflict.heard(MAC, at(50));
        conflict.heard(MAC, at(50.2));
        assertEquals(List.of(PROBE + " 50.0", DEFEND + " 53.5"), until(200, false));
        assertNull(conflict.rival());
    }

    /** A successor announces the address while we are about to let go: it must not be announced back. */
    @Test
    void nothingIsAnnouncedWithinASecond() {
        until(50, false);
        conflict.heard(MAC, at(50));
        assertEquals(List.of(PROBE + " 50.0"), until(51, true));
    }

    @Test
    void whoIsSilentForHalfAMinuteIsGone() {
        until(15, false);
        for (; now < 20; now += 0.5) {
            conflict.heard(MAC, at(now));
            conflict.next(at(now));
        }
        assertArrayEquals(MAC, conflict.rival());
        until(49, false);
        assertArrayEquals(MAC, conflict.rival(), "three questions must have been without an answer");
        until(51, false);
        assertNull(conflict.rival());
        assertEquals(List.of(), until(200, false));
    }

    @Test
    void oneWhoAnswersIsAFindingForAsLongAsItDoes() {
        conflict.heard(MAC, at(1));
        conflict.heard(MAC, at(2));
        until(300, true);
        assertArrayEquals(MAC, conflict.rival());
    }

    @Test
    void severalAreOneFinding() {
        conflict.heard(MAC, at(1));
        conflict.heard(MAC, at(2));
        conflict.heard(new byte[] {2, 0, 0, 0, 0, 10}, at(3));
        assertArrayEquals(MAC, conflict.rival());
    }
}
