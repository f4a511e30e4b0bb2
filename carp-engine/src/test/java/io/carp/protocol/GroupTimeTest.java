// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a counter is worth some time after it was said. Nodes and their clocks are those of {@link #at}. */
class GroupTimeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long PATIENCE = 3 * SECOND;

    private final GroupTime time = new GroupTime(0);

    private static long at(double seconds) {
        return TimedCounter.of(Math.round(seconds * 1000));
    }

    private static long clock(double seconds) {
        return Math.round(seconds * SECOND);
    }

    private boolean isReplayed(double said, double now) {
        return time.isReplayed(at(said), 0, PATIENCE, clock(now));
    }

    /** After a pause of ours, four seconds of packets are read at once. What is older than they are stays old. */
    @Test
    void whatIsReadLateDoesNotTakeTheGroupBack() {
        time.heard(at(10), clock(10));
        time.heard(at(11), clock(15));
        assertTrue(isReplayed(10.5, 15.1));
        assertFalse(isReplayed(15.1, 15.1));
    }

    /** One in a hundred slower than ours, each second for an hour: 36 s behind at the end. */
    @Test
    void aSlowClockIsNoReplay() {
        for (int now = 1; now <= 3600; now++) {
            assertFalse(isReplayed(now * 0.99, now), "after " + now + " s");
            time.heard(at(now * 0.99), clock(now));
        }
        assertTrue(isReplayed(3600 * 0.99 - 5, 3600), "what is old for the slow one, too");
    }

    @Test
    void aNodeThatDiedLongAgoIsNotHeardAgain() {
        time.heard(at(10), clock(10));
        assertTrue(isReplayed(10, 3600));
    }
}
