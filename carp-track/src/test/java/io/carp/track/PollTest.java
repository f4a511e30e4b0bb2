// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In virtual time. */
class PollTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualSchedule schedule = new VirtualSchedule();
    private final Turns turns = new Turns();
    private final List<String> heard = new ArrayList<>();
    private int asked;
    private String fault;

    private Poll poll(double interval, double timeout) {
        return new Poll(
                () -> {
                    asked++;
                    return fault;
                },
                (long) (interval * SECOND),
                (long) (timeout * SECOND),
                schedule,
                turns,
                result -> heard.add(schedule.nanoTime() / (double) SECOND + " " + result));
    }

    @Test
    void asksAtOnceAndThenOncePerInterval() {
        poll(1, 1);
        schedule.pass(0);
        assertEquals(List.of("0.0 null"), heard);
        fault = "gone";
        schedule.pass(2.5);
        assertEquals(List.of("0.0 null", "1.0 gone", "2.0 gone"), heard);
    }

    @Test
    void anExceptionIsAFaultAndNotTheEnd() {
        List<Exception> thrown = new ArrayList<>(List.of(new IOException("Connection refused"), new IOException()));
        new Poll(
                () -> {
                    if (thrown.isEmpty()) {
                        return null;
                    }
                    throw thrown.remove(0);
                },
                SECOND,
                SECOND,
                schedule,
                turns,
                heard::add);
        schedule.pass(2);
        assertEquals(3, heard.size());
        assertEquals("Connection refused", heard.get(0));
        assertEquals("IOException", heard.get(1));
        assertEquals(null, heard.get(2));
    }

    @Test
    void anErrorIsAFaultAndNotTheEnd() {
        List<Error> thrown = new ArrayList<>(List.of(new StackOverflowError(), new OutOfMemoryError("on purpose")));
        Check broken = () -> {
            if (thrown.isEmpty()) {
                return null;
            }
            throw thrown.remove(0);
        };
        new Poll(broken, SECOND, SECOND, schedule, turns, heard::add);
        schedule.pass(2);
        assertEquals(Arrays.asList("StackOverflowError", "on purpose", null), heard);
    }

    @Test
    void whatDoesNotAnswerIsInterruptedAndBadAndIsNotAskedAgainMeanwhile() {
        schedule.hang(true);
        poll(1, 3);
        schedule.pass(2.9);
        assertEquals(List.of(), heard);
        assertEquals(0, schedule.interrupted());
        schedule.pass(0.1);
        assertEquals(List.of("3.0 no answer within 3.0 s"), heard);
        assertEquals(1, schedule.interrupted());
        schedule.pass(6); // As long as it hangs it is no better, and gets no company.
        assertEquals(3, heard.size());
        assertEquals(1, schedule.interrupted());
    }

    @Test
    void whatWaitsForAThreadIsBadAndAskedWhenThereIsOne() {
        poll(1, 1);
        schedule.starve(true);
        schedule.pass(3);
        assertEquals(3, heard.size());
        assertEquals("1.0 no answer within 1.0 s", heard.get(0));
        assertEquals(0, asked);
        schedule.starve(false);
        schedule.pass(2);
        assertEquals("5.0 null", heard.get(heard.size() - 1), heard.toString());
    }

    @Test
    void whatCannotBeAskedForWantOfMemoryIsAskedASecondLater() {
        schedule.fail(2);
        poll(1, 10);
        schedule.pass(1.5);
        assertEquals(List.of(), heard);
        schedule.pass(2);
        assertEquals(List.of("2.0 null", "3.0 null"), heard);
    }

    @Test
    void aListenerThatFailsDoesNotEndTheWatch() {
        new Poll(() -> null, SECOND, SECOND, schedule, turns, fault -> {
            asked++;
            throw new OutOfMemoryError("expected by this test");
        });
        schedule.pass(2.5);
        assertEquals(3, asked);
    }

    @Test
    void aCheckThatIgnoresItsInterruptIsSaidOnceAndWhenItHasComeBack() {
        schedule.hang(true);
        Watch.Listener listener = new Watch.Listener() {
            @Override
            public void heard(String result) {}

            @Override
            public void hangs(String where) {
                heard.add(schedule.nanoTime() / SECOND + " " + where);
            }
        };
        new Poll(() -> null, SECOND, SECOND, schedule, turns, listener);
        schedule.pass(1.5);
        assertEquals(List.of(), heard, "it may heed the interrupt");
        schedule.pass(5);
        assertEquals(List.of("2 at org.example.Database.ask(Database.java:7)"), heard);
        schedule.hang(false);
        schedule.release();
        assertEquals("6 ", heard.get(1));

        schedule.hang(true);
        schedule.pass(4);
        assertEquals(3, heard.size());
    }

    @Test
    void whoeverListensIsNotInterruptedForTheCheck() {
        List<Boolean> interrupted = new ArrayList<>();
        new Poll(
                () -> {
                    Thread.currentThread().interrupt();
                    return null;
                },
                SECOND,
                SECOND,
                schedule,
                turns,
                result -> interrupted.add(Thread.interrupted()));
        schedule.pass(0);
        assertEquals(List.of(false), interrupted);
    }

    @Test
    void anAnswerThatComesTooLateIsNoneAndTheNextOneCounts() {
        schedule.hang(true);
        poll(1, 1);
        schedule.pass(1.5);
        schedule.hang(false);
        schedule.release();
        assertEquals(List.of("1.0 no answer within 1.0 s"), heard);
        schedule.pass(0);
        assertEquals(List.of("1.0 no answer within 1.0 s", "1.5 null"), heard);
        schedule.pass(5);
        assertEquals(7, heard.size(), "no deadline of before is left: " + heard);
    }

    @Test
    void aSlowCheckIsAskedAgainWhenItIsDone() {
        schedule.hang(true);
        poll(1, 10);
        schedule.pass(4);
        schedule.hang(false);
        schedule.release();
        schedule.pass(0);
        assertEquals(List.of("4.0 null", "4.0 null"), heard);
        schedule.pass(1);
        assertEquals("5.0 null", heard.get(2));
    }

    @Test
    void nothingIsHeardAndNothingWaitsAfterClose() {
        Poll poll = poll(1, 1);
        schedule.pass(0);
        poll.close();
        assertEquals(0, schedule.waiting());
        schedule.pass(10);
        assertEquals(1, asked);

        schedule.hang(true);
        Poll other = poll(1, 1);
        schedule.pass(0.5);
        other.close();
        assertEquals(1, schedule.interrupted());
        schedule.release();
        schedule.pass(10);
        assertEquals(List.of("0.0 null"), heard);
        assertEquals(0, schedule.waiting());
    }
}
