// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.carp.spi.Loop;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
    // Looking it up allocates.
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Timers timers = new Timers(() -> this.now, new Noted(), Runnable::run);
    private final List<String> ran = new ArrayList<>();
    private long now;
    private long alarm;
    private int alarmsSet;

    private final class Noted implements Timers.Alarm {
        @Override
        public void set(long nanoTime) {
            alarm = nanoTime;
            alarmsSet++;
        }

        @Override
        public void off() {
            alarm = Long.MAX_VALUE;
        }
    }

    private Loop.Timer timer(String name) {
        return timers.timer(() -> ran.add(name));
    }

    private Loop.Timer timer(String name, long at) {
        var timer = timer(name);
        timer.at(at);
        return timer;
    }

    private List<String> ranAt(long time) {
        ran.clear();
        now = time;
        timers.run();
        return List.copyOf(ran);
    }

    @Test
    void overdueOnesRunInTheOrderOfTheirTimes() {
        timer("30", 30);
        timer("3", 3);
        timer("20", 20);
        now = 10;
        timer("-5", -5);
        timer("40", 40);
        assertEquals(List.of("-5", "3", "20", "30"), ranAt(39));
        assertEquals(List.of("40"), ranAt(40));
        assertEquals(List.of(), ranAt(1000));
    }

    @Test
    void thoseOfTheSameTimeRunAsTheyWereArmed() {
        var first = timer("a", 5);
        timer("b", 5);
        timer("c", 5);
        first.at(5);
        assertEquals(List.of("b", "c", "a"), ranAt(5));
    }

    @Test
    void timesMayOverflow() {
        now = Long.MAX_VALUE - 1;
        timer("after", Long.MIN_VALUE + 5);
        timer("before", Long.MAX_VALUE);
        assertEquals(List.of("before"), ranAt(Long.MAX_VALUE));
        assertEquals(List.of("after"), ranAt(Long.MIN_VALUE + 5));
    }

    @Test
    void oneAlarmForAllThatAreDue() {
        timer("20", 20);
        timer("30", 30);
        timer("40", 40);
        assertEquals(1, alarmsSet, "the later ones cost none");
        timer("10", 10);
        assertEquals(10, alarm);
        ranAt(30);
        assertEquals(3, alarmsSet);
        assertEquals(40, alarm);
        ranAt(40);
        assertEquals(Long.MAX_VALUE, alarm);
    }

    @Test
    void anAlarmInVainIsSetAnew() {
        timer("10", 10).cancel();
        timer("20", 20);
        assertEquals(List.of(), ranAt(10));
        assertEquals(20, alarm);
    }

    @Test
    void whatIsCancelledOrArmedAnewMeanwhile() {
        var cancelled = timer("cancelled");
        var later = timer("later");
        timers.timer(() -> {
                    cancelled.cancel();
                    later.at(50);
                })
                .at(1);
        cancelled.at(2);
        later.at(3);
        timer("last", 4);
        assertEquals(List.of("last"), ranAt(10));
        assertEquals(List.of("later"), ranAt(50));
        cancelled.cancel();
        cancelled.at(60);
        assertEquals(List.of("cancelled"), ranAt(60));
    }

    @Test
    void oneThatIsAlwaysDueHasItsTurnAfterTheOthers() {
        var greedy = new Loop.Timer[1];
        greedy[0] = timers.timer(() -> {
            ran.add("greedy");
            greedy[0].at(-1000);
        });
        greedy[0].at(-1000);
        timer("patient", 5);
        assertEquals(List.of("greedy", "patient"), ranAt(5));
        assertEquals(-1000, alarm);
        assertEquals(List.of("greedy"), ranAt(5));
    }

    @Test
    void thousandsOfThem() {
        var random = new Random(7);
        var expected = new LinkedHashMap<String, Long>();
        var all = new ArrayList<Loop.Timer>();
        for (int i = 0; i < 1000; i++) {
            all.add(timer("t" + i));
        }
        for (int i = 0; i < 50_000; i++) {
            int which = random.nextInt(all.size());
            expected.remove("t" + which); // Armed anew, it comes after those of the same time.
            if (random.nextInt(4) == 0) {
                all.get(which).cancel();
            } else {
                long at = now + random.nextInt(200) - 20;
                all.get(which).at(at);
                expected.put("t" + which, at);
            }
            if (i % 100 == 0) {
                long time = now + random.nextInt(50);
                var due = expected.entrySet().stream()
                        .filter(entry -> entry.getValue() <= time)
                        .sorted(Comparator.comparing(Map.Entry<String, Long>::getValue))
                        .map(Map.Entry::getKey)
                        .toList();
                assertEquals(due, ranAt(time));
                due.forEach(expected::remove);
                assertEquals(
                        expected.values().stream()
                                .min(Comparator.naturalOrder())
                                .orElse(Long.MAX_VALUE),
                        alarm);
            }
        }
    }

    @Test
    void armingAgainAllocatesNothing() {
        var count = new int[1];
        var all = new Loop.Timer[100];
        for (int i = 0; i < all.length; i++) {
            int interval = 1000 + i;
            int me = i;
            all[i] = timers.timer(() -> {
                count[0]++;
                all[me].at(now + interval);
            });
            all[i].at(i);
        }
        rounds(20_000);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        count[0] = 0;
        rounds(20_000);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(count[0] > 100_000, count[0] + " ran");
        assertTrue(bytes < count[0] / 20, bytes + " bytes for " + count[0] + " timers");
    }

    private void rounds(int many) {
        for (int i = 0; i < many; i++) {
            now += 100;
            timers.run();
        }
    }
}
