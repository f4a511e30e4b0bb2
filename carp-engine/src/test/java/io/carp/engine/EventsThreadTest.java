// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Real threads. */
class EventsThreadTest {
    private final BlockingQueue<Long> lost = new LinkedBlockingQueue<>();
    private final List<String> diary = new CopyOnWriteArrayList<>();

    private void awaitDone(EventsThread events) {
        CountDownLatch last = new CountDownLatch(1);
        events.execute(last::countDown);
        await(last);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "not done");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLogThatBlocksFillsNoHeapAndWhatWasDroppedIsSaid() throws Exception {
        EventsThread events = new EventsThread(lost::add);
        CountDownLatch blocking = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        events.execute(() -> {
            blocked.countDown();
            await(blocking);
        });
        await(blocked);
        for (int i = 0; i < EventsThread.MOST + 3; i++) {
            events.execute(done::incrementAndGet);
        }
        assertEquals(EventsThread.MOST + 1, events.waiting());
        blocking.countDown();
        assertEquals(3L, lost.poll(60, TimeUnit.SECONDS));
        CountDownLatch last = new CountDownLatch(1);
        while (last.getCount() > 0) {
            events.execute(last::countDown); // There is room again.
            last.await(10, TimeUnit.MILLISECONDS);
        }
        assertEquals(EventsThread.MOST, done.get());
    }

    @Test
    void nothingThatIsThrownEndsItAndWhatFailedIsSaidToBeLost() throws Exception {
        EventsThread events = new EventsThread(howMany -> {
            lost.add(howMany);
            throw new IllegalStateException("a log that is broken, as expected by this test");
        });
        List<Thread> threads = new CopyOnWriteArrayList<>();
        events.execute(() -> threads.add(Thread.currentThread()));
        for (Error thrown :
                List.of(new OutOfMemoryError("Java heap space"), new NoClassDefFoundError(), new ThreadDeath())) {
            events.execute(() -> {
                throw thrown;
            });
        }
        events.execute(() -> threads.add(Thread.currentThread()));
        awaitDone(events);
        assertEquals(2, threads.size());
        assertEquals(threads.get(0), threads.get(1));
        assertEquals(1L, lost.poll(60, TimeUnit.SECONDS));
        assertEquals(2L, lost.poll(60, TimeUnit.SECONDS), "what could not be said is said later");
    }

    @Test
    void withoutAThreadNothingIsLostAndTheOrderStays() {
        AtomicInteger refused = new AtomicInteger();
        EventsThread events = new EventsThread(lost::add, thread -> {
            if (refused.getAndIncrement() < 3) {
                throw new OutOfMemoryError("unable to create native thread: expected by this test");
            }
            thread.start();
        });
        events.execute(() -> diary.add("1"));
        events.execute(() -> diary.add("2"));
        events.require();
        assertTrue(events.trouble().contains("unable to create native thread"), events.trouble());
        assertEquals(2, events.waiting());
        assertEquals(List.of(), diary);

        events.require();
        assertEquals("", events.trouble());
        awaitDone(events);
        assertEquals(List.of("1", "2"), diary);
        assertTrue(lost.isEmpty());
    }

    @Test
    void oneThatHasDiedIsReplaced() {
        AtomicBoolean dies = new AtomicBoolean(true);
        Consumer<Thread> starter = thread -> {
            if (!dies.get()) {
                thread.start();
            }
        };
        EventsThread events = new EventsThread(lost::add, starter);
        events.execute(() -> diary.add("1"));
        dies.set(false);
        events.require();
        awaitDone(events);
        assertEquals(List.of("1"), diary);
    }
}
