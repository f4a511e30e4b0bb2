// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.thread.OwnThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerPoolTest {
    private static final int MANY = 200;
    private static final long LONG_MILLIS = 60_000;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final List<Thread> made = new CopyOnWriteArrayList<>();
    private final Set<String> startedBy = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean noThread;

    private WorkerPool pool(long idleMillis) {
        return new WorkerPool(log::add, this::thread, idleMillis);
    }

    private Thread thread(Runnable work) {
        Thread thread = OwnThread.of(() -> new Thread(work) {
            @Override
            public synchronized void start() {
                if (noThread) {
                    throw new OutOfMemoryError("unable to create native thread, on purpose");
                }
                startedBy.add(Thread.currentThread().getName());
                super.start();
            }
        });
        made.add(thread);
        return thread;
    }

    private void awaitTheEnd() {
        await(end);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoHandsOverStartsNoThreadAndManyThatBlockHoldUpNobody() {
        WorkerPool pool = pool(LONG_MILLIS);
        CountDownLatch all = new CountDownLatch(MANY);
        for (int i = 0; i < MANY; i++) {
            pool.execute(() -> {
                all.countDown();
                awaitTheEnd();
            });
        }
        await(all); // Each of them blocks, and all have begun.
        end.countDown();
        assertEquals(Set.of("carp-starter"), startedBy);
        pool.close();
    }

    @Test
    void thoseThatFollowEachOtherAreDoneByTheThreadThatIsReady() {
        WorkerPool pool = pool(LONG_MILLIS);
        for (int i = 0; i < MANY; i++) {
            CountDownLatch done = new CountDownLatch(1);
            pool.execute(done::countDown);
            await(done);
        }
        // Some find it on its way back to the others that have nothing to do.
        assertTrue(made.size() < MANY / 2, made.size() + " threads");
        pool.close();
    }

    @Test
    void nothingIsLostWithoutAThreadAndOneThatIsFreeAgainTakesWhatWaits() throws Exception {
        WorkerPool pool = pool(LONG_MILLIS);
        CountDownLatch blocks = new CountDownLatch(1);
        pool.execute(() -> {
            blocks.countDown();
            awaitTheEnd();
        });
        await(blocks);
        noThread = true;
        List<Integer> done = new CopyOnWriteArrayList<>();
        CountDownLatch all = new CountDownLatch(MANY);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            int me = i;
            expected.add(me);
            pool.execute(() -> {
                done.add(me);
                all.countDown();
            });
        }
        String said = log.poll(60, TimeUnit.SECONDS);
        assertTrue(said != null && said.contains("unable to create native thread"), said);
        assertEquals(List.of(), done);
        end.countDown();
        await(all);
        assertEquals(expected, done);
        assertEquals(List.of(), List.copyOf(log), "it is said once");
        pool.close();
    }

    @Test
    void aThreadIsTriedAgainByItself() throws Exception {
        WorkerPool pool = pool(LONG_MILLIS);
        noThread = true;
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(done::countDown);
        assertTrue(log.poll(60, TimeUnit.SECONDS) != null);
        noThread = false;
        await(done);
        pool.close();
    }

    @Test
    void twoAreKeptReadyUntilItIsClosedAndTasksAreTakenEvenThen() throws Exception {
        WorkerPool pool = pool(1);
        CountDownLatch all = new CountDownLatch(MANY);
        for (int i = 0; i < MANY; i++) {
            pool.execute(() -> {
                all.countDown();
                awaitTheEnd();
            });
        }
        await(all);
        end.countDown();
        while (alive() > 2) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        pool.close();
        while (alive() > 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        AtomicInteger late = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(() -> {
            late.incrementAndGet();
            done.countDown();
        });
        await(done);
        assertEquals(1, late.get());
        assertFalse(made.isEmpty());
    }

    private long alive() {
        return made.stream().filter(Thread::isAlive).count();
    }
}
