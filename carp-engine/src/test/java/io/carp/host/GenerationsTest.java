// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.consumers.Generations;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GenerationsTest {
    private final Generations generations = new Generations();

    @Test
    void isTheTimeAndNeverGoesBack() {
        Instant now = Instant.parse("2026-01-01T00:00:00.000001Z");
        assertEquals(1_767_225_600_000_001L, generations.next(now));
        assertEquals(1_767_225_600_000_002L, generations.next(now), "twice within a microsecond");
        assertEquals(1_767_225_600_000_003L, generations.next(now.minusSeconds(3600)), "the clock was set back");
        assertEquals(1_767_225_601_000_001L, generations.next(now.plusSeconds(1)));
    }

    @Test
    void aClockFarAheadOrBehindIsNoOverflow() {
        assertEquals(1, generations.next(Instant.EPOCH.minusSeconds(1)));
        assertEquals(2, generations.next(Instant.EPOCH));
        assertEquals(253_402_300_799_000_000L, generations.next(Instant.parse("9999-12-31T23:59:59Z")));
    }
}
