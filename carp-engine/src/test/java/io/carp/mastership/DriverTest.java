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
        public void warn(String sentence) {
            warnings.add(sentence);
        }
    }
}
