// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Real threads. */
class CheckThreadsTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    @Test
    void whatHasNotBegunIsRunThoughItWasCancelled() {
        AtomicBoolean ran = new AtomicBoolean();
        CheckThreads.Begun task = new CheckThreads.Begun(() -> ran.set(true));
        task.interrupt();
        assertFalse(task.isCancelled());
        task.run();
        assertTrue(ran.get());
    }

    @Test
    void tracksThatHangDoNotDelayAnother() throws Exception {
        CheckThreads threads = new CheckThreads();
        List<Poll> hanging = new ArrayList<>();
        try {
            CountDownLatch stuck = new CountDownLatch(20);
            for (int i = 0; i < 20; i++) {
                hanging.add(new Poll(
                        () -> {
                            stuck.countDown();
                            Thread.sleep(Long.MAX_VALUE);
                            return null;
                        },
                        LONG,
                        LONG,
                        threads,
                        new Turns(),
                        fault -> {}));
            }
            assertTrue(stuck.await(60, TimeUnit.SECONDS));
            CountDownLatch answers = new CountDownLatch(5);
            Poll quick =
                    new Poll(() -> null, 10 * MILLISECOND, LONG, threads, new Turns(), fault -> answers.countDown());
            assertTrue(answers.await(60, TimeUnit.SECONDS), "the quick one has not got its turn");
            quick.close();
        } finally {
            hanging.forEach(Poll::close);
            threads.end();
        }
    }

    @Test
    void aCheckThatHangsIsInterruptedAtItsTimeout() throws Exception {
        CheckThreads threads = new CheckThreads();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        Poll poll = new Poll(
                () -> {
                    try {
                        Thread.sleep(Long.MAX_VALUE);
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return null;
                },
                LONG,
                100 * MILLISECOND,
                threads,
                new Turns(),
                fault -> {
                    assertEquals("no answer within 0.1 s", fault);
                    told.countDown();
                });
        try {
            assertTrue(interrupted.await(60, TimeUnit.SECONDS));
            assertTrue(told.await(60, TimeUnit.SECONDS));
        } finally {
            poll.close();
            threads.end();
        }
    }

    @Test
    void nothingThatIsThrownEndsTheTimer() throws Exception {
        Set<Thread> before = threads();
        CheckThreads threads = new CheckThreads();
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        Poll poll = new Poll(() -> "fault", 10 * MILLISECOND, LONG, threads, new Turns(), answers::add);
        try {
            assertNotNull(answers.poll(60, TimeUnit.SECONDS));
            Set<Thread> timers = threads();
            timers.removeAll(before);
            timers.removeIf(thread -> !thread.getName().equals("carp-track-timer"));
            assertEquals(1, timers.size());
            stop(timers.iterator().next());
            for (int i = 0; i < 20; i++) {
                assertNotNull(answers.poll(60, TimeUnit.SECONDS), "nobody asks any more");
            }
        } finally {
            poll.close();
            threads.end();
        }
    }

    @SuppressWarnings({"deprecation", "removal"})
    private static void stop(Thread thread) {
        thread.stop();
    }

    @Test
    void whatFindsNoThreadIsDoneWhenThereIsOne() throws Exception {
        AtomicInteger refused = new AtomicInteger(2);
        CheckThreads threads = new CheckThreads(
                thread -> {
                    if (refused.get() == 2) {
                        throw new OutOfMemoryError("unable to create native thread: expected by this test");
                    }
                    thread.start();
                },
                work -> {
                    if (refused.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread: expected by this test");
                    }
                    return work;
                });
        CountDownLatch answers = new CountDownLatch(3);
        Poll poll = new Poll(() -> null, MILLISECOND, LONG, threads, new Turns(), fault -> answers.countDown());
        try {
            assertTrue(answers.await(60, TimeUnit.SECONDS), "the question is lost");
            assertTrue(refused.get() < 0);
        } finally {
            poll.close();
            threads.end();
        }
    }

    @Test
    void whereACheckHangsIsKnown() throws Exception {
        CheckThreads threads = new CheckThreads();
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> where = new CompletableFuture<>();
        Watch.Listener listener = new Watch.Listener() {
            @Override
            public void heard(String fault) {}

            @Override
            public void hangs(String at) {
                where.complete(at);
            }
        };
        Poll poll = new Poll(() -> ignoreInterrupts(goOn), LONG, 50 * MILLISECOND, threads, new Turns(), listener);
        try {
            String at = where.get(60, TimeUnit.SECONDS);
            assertTrue(at.contains("io.carp.track.CheckThreadsTest.ignoreInterrupts("), at);
        } finally {
            goOn.countDown();
            poll.close();
            threads.end();
        }
    }

    private static String ignoreInterrupts(CountDownLatch goOn) {
        while (true) {
            try {
                goOn.await();
                return null;
            } catch (InterruptedException e) {
                // As a driver that knows no better.
            }
        }
    }

    @Test
    void noThreadIsLeftAtTheEnd() throws Exception {
        Set<Thread> before = threads();
        CheckThreads threads = new CheckThreads();
        CountDownLatch begun = new CountDownLatch(1);
        Poll poll = new Poll(
                () -> {
                    begun.countDown();
                    Thread.sleep(Long.MAX_VALUE);
                    return null;
                },
                MILLISECOND,
                LONG,
                threads,
                new Turns(),
                fault -> {});
        assertTrue(begun.await(60, TimeUnit.SECONDS));
        Set<Thread> ours = threads();
        ours.removeAll(before);
        assertEquals(2, ours.size(), ours.toString());
        assertTrue(ours.stream().allMatch(Thread::isDaemon));
        poll.close();
        threads.end();
        for (Thread thread : ours) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertTrue(ours.stream().noneMatch(Thread::isAlive), ours.toString());
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("carp-track-"))
                .collect(Collectors.toSet());
    }
}
