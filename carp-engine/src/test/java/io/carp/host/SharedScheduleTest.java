// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.AdvertisementSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharedScheduleTest {
    private static final long MILLISECOND = SECOND / 1000;

    private final SharedSchedule node = new SharedSchedule();

    @Test
    void whoIsAloneKeepsItsIntervalHoweverLateItWakes() {
        AdvertisementSchedule alone = node.of(7);
        long start = Long.MAX_VALUE - 5 * SECOND;
        long now = start;
        for (int n = 1; n <= 10; n++) {
            now = alone.next(now, SECOND);
            assertEquals(start + n * SECOND, now);
            now += MILLISECOND / 2;
        }
    }

    @Test
    void manyMeetInSixteenGroupsAndNoIntervalIsLongerThanItsOwn() {
        Random random = new Random(1);
        List<AdvertisementSchedule> rhythms = new ArrayList<>();
        long[] at = new long[1000];
        for (int n = 0; n < at.length; n++) {
            rhythms.add(node.of(n % 250 + 1));
            at[n] = random.nextInt((int) SECOND);
        }
        for (int round = 0; round < 17; round++) {
            for (int n = 0; n < at.length; n++) {
                long next = rhythms.get(n).next(at[n] + random.nextInt(100_000), SECOND);
                long interval = next - at[n];
                assertTrue(interval <= SECOND + 100_000, interval + " ns");
                assertTrue(interval >= SECOND * 15 / 16, interval + " ns");
                at[n] = next;
            }
        }
        TreeMap<Long, Integer> groups = new TreeMap<>();
        for (long time : at) {
            groups.merge(Math.floorMod(time - at[0], SECOND), 1, Integer::sum);
        }
        assertEquals(16, groups.size(), groups.toString());
        assertTrue(groups.values().stream().allMatch(size -> size <= 64), groups.toString());
    }

    @Test
    void eachIntervalHasItsOwnMeeting() {
        AdvertisementSchedule first = node.of(16);
        AdvertisementSchedule second = node.of(32);
        long slow = SECOND + 100 * SECOND / 256;
        long a = 0;
        long b = SECOND / 3;
        for (int n = 0; n < 20; n++) {
            a = first.next(a, slow);
            b = second.next(b, slow);
        }
        assertEquals(0, Math.floorMod(a - b, slow));
    }

    @Test
    void belowASecondNobodyWaits() {
        node.of(1).next(0, SECOND);
        assertEquals(12_345 + SECOND / 10, node.of(2).next(12_345, SECOND / 10));
    }
}
