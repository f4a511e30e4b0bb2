// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.net.NettyLoop;
import io.carp.net.PoorLoop;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.VirtualTime;
import io.carp.spi.Change;
import io.carp.spi.Loop;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The machine's surroundings fail: there is no thread for a worker, or the loop has ended. */
class DriverTest {
    private final Notebook notebook = new Notebook();

    private MastershipDriver driver(Loop loop, Executor pool) {
        MastershipSettings settings = Given.settings(Given.noScripts());
        return new MastershipDriver(loop, pool, notebook, notebook, notebook, settings, notebook, notebook);
    }

    private static Saying.Event event(CarpState from, CarpState to) {
        return new Saying.Event(Given.host(to), from, to, Reason.USER_REQUEST, Instant.EPOCH);
    }

    @Test
    void aWorkerWithoutAThreadTriesAgainByItself() {
        VirtualTime time = new VirtualTime();
        SimulatedLoop loop = new SimulatedLoop(time, 0, 0);
        long enough = 3 * World.SECOND;
        MastershipDriver driver = driver(loop, task -> {
            if (loop.nanoTime() < enough) {
                throw new OutOfMemoryError("unable to create native thread: expected by this test");
            }
            task.run();
        });
        loop.execute(() -> driver.take(event(BACKUP, MASTER)));
        time.advance(2 * World.SECOND);
        assertEquals(List.of(), notebook.diary);
        time.advance(2 * World.SECOND);
        assertEquals(List.of("bind", "announce", "register", "MASTER"), notebook.diary);
        assertEquals(3, notebook.warnings.size());
        assertTrue(notebook.warnings.get(0).contains("unable to create native thread"), notebook.warnings.get(0));
    }

    @Test
    void aBinderThatHangsIsToldWithItsStackUntilItComesBack() throws Exception {
        VirtualTime time = new VirtualTime();
        SimulatedLoop loop = new SimulatedLoop(time, 0, 0);
        List<Runnable> deeds = new ArrayList<>();
        MastershipDriver driver = driver(loop, deeds::add);
        notebook.hangs = new CountDownLatch(1);
        loop.execute(() -> driver.take(event(BACKUP, MASTER)));
        time.advance(0);
        Thread binder = new Thread(deeds.remove(0), "a thread of the pool");
        binder.start();
        while (binder.getState() != Thread.State.WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        time.advance(9 * World.SECOND);
        assertEquals(List.of(), deeds);
        time.advance(2 * World.SECOND);
        deeds.remove(0).run();
        time.advance(0);
        assertEquals(1, notebook.late.size(), notebook.late.toString());
        String told = notebook.late.get(0);
        assertTrue(told.startsWith("bind 1 has not come back for 10 s"), told);
        assertTrue(told.contains("DriverTest$Notebook.bind("), told);

        notebook.hangs.countDown();
        binder.join();
        time.advance(60 * World.SECOND);
        assertEquals(List.of(told, "[]"), notebook.late);
    }

    @Test
    void aDeedThatWaitsForAThreadForTooLongIsTold() {
        VirtualTime time = new VirtualTime();
        SimulatedLoop loop = new SimulatedLoop(time, 0, 0);
        long enough = 15 * World.SECOND;
        MastershipDriver driver = driver(loop, task -> {
            if (loop.nanoTime() < enough) {
                throw new OutOfMemoryError("unable to create native thread: expected by this test");
            }
            task.run();
        });
        loop.execute(() -> driver.take(event(BACKUP, MASTER)));
        time.advance(12 * World.SECOND);
        assertEquals(List.of("bind 1 has been waiting for a thread for 10 s[]"), notebook.late);
        time.advance(5 * World.SECOND);
        assertEquals("[]", notebook.late.get(1));
        assertTrue(notebook.diary.contains("bind"));
    }

    /** Without memory a report can no more be brought to the loop than anything else. */
    @Test
    void aReportThatCouldNotBeMadeIsMadeAgain() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        AtomicInteger failures = new AtomicInteger(1);
        try (NettyLoop loop = new NettyLoop()) {
            Loop poor = new PoorLoop(loop, failures);
            MastershipDriver driver = driver(poor, pool);
            CompletableFuture.runAsync(() -> driver.take(event(BACKUP, MASTER)), loop::execute)
                    .get(60, TimeUnit.SECONDS);
            assertTrue(notebook.registered.await(60, TimeUnit.SECONDS), () -> "only " + notebook.diary);
            assertTrue(failures.get() < 0);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatWasSaidOfOneMastershipIsNotTakenForTheNext() {
        VirtualTime time = new VirtualTime();
        SimulatedLoop loop = new SimulatedLoop(time, 0, 0);
        List<Runnable> deeds = new ArrayList<>();
        MastershipDriver driver = driver(loop, deeds::add);
        loop.execute(() -> driver.take(event(BACKUP, MASTER)));
        time.advance(0);
        deeds.remove(0).run(); // Bound, and that is on its way to the loop.
        loop.execute(() -> {
            driver.lose(event(MASTER, BACKUP));
            driver.take(event(BACKUP, MASTER));
        });
        time.advance(0);
        assertFalse(driver.whenBound().isDone());
        assertFalse(driver.isBound());
    }

    @Test
    void whatIsBoundWhenTheLoopHasEndedIsStillReleased() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        NettyLoop loop = new NettyLoop();
        try {
            MastershipDriver driver = driver(loop, pool);
            notebook.hangs = new CountDownLatch(1);
            CompletableFuture.runAsync(() -> driver.take(event(BACKUP, MASTER)), loop::execute)
                    .thenRunAsync(() -> driver.lose(event(MASTER, BACKUP)), loop::execute)
                    .get(60, TimeUnit.SECONDS);
            loop.close();
            notebook.hangs.countDown();
            assertTrue(notebook.unbound.await(60, TimeUnit.SECONDS), () -> "only " + notebook.diary);
        } finally {
            pool.shutdownNow();
            loop.close();
        }
    }

    /** Writes down what the workers do. */
    private static final class Notebook extends Surroundings {
        final List<String> diary = new CopyOnWriteArrayList<>();
        final List<String> warnings = new CopyOnWriteArrayList<>();
        final List<String> late = new CopyOnWriteArrayList<>();
        final CountDownLatch registered = new CountDownLatch(1);
        final CountDownLatch unbound = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(0);

        @Override
        public void bind(Change why) throws IOException {
            diary.add("bind");
            try {
                hangs.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void announce() {
            diary.add("announce");
        }

        @Override
        public void unbind(Change why) {
            diary.add("unbind");
            unbound.countDown();
        }

        @Override
        public void register(VirtualHost host) {
            diary.add("register");
            registered.countDown();
        }

        @Override
        public void unregister() {
            diary.add("unregister");
        }

        @Override
        public void released(VirtualHost host, Reason why) {
            diary.add("released");
        }

        @Override
        public void event(Saying.Event event) {
            diary.add(event.to().name());
        }

        @Override
        public void late(String what, StackTraceElement[] where) {
            late.add(what + List.of(where));
        }

        @Override
        public void warn(String sentence) {
            warnings.add(sentence);
        }
    }
}
