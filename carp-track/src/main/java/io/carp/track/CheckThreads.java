// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The threads of all tracks, while there are any: {@code carp-track-timer}, which only hands over, and {@code
 * carp-track-N}. A track has one check under way at most, so there are never many threads, and no check waits for
 * another: one that hangs delays its own track only.
 */
@Component(service = CheckThreads.class)
public final class CheckThreads implements Schedule {
    private static final long IDLE_SECONDS = 10;
    private static final long PATIENCE_SECONDS = 1;

    /** What comes after the end is dropped, since no track is left then. */
    private static final RejectedExecutionHandler NOBODY_ASKS = new ThreadPoolExecutor.DiscardPolicy();

    private final AtomicInteger number = new AtomicInteger();
    private final ExecutorService workers = new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons(() -> "carp-track-" + number.incrementAndGet()),
            NOBODY_ASKS);
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, daemons(() -> "carp-track-timer"), NOBODY_ASKS);

    /** Makes the pools, and starts no thread yet. */
    @Activate
    public CheckThreads() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Ends all threads. One that is deep in a name lookup cannot be interrupted, and ends by itself. */
    @Deactivate
    void end() throws InterruptedException {
        timer.shutdownNow();
        workers.shutdownNow();
        workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Future<?> run(Runnable task) {
        Begun begun = new Begun(task);
        handOver(begun);
        return begun;
    }

    /** A task that can be interrupted, but not kept from being run. */
    static final class Begun extends FutureTask<Void> {
        private volatile boolean begun;

        Begun(Runnable task) {
            super(task, null);
        }

        @Override
        public void run() {
            begun = true;
            super.run();
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            return begun && super.cancel(mayInterrupt);
        }
    }

    @Override
    public Future<?> runLater(long nanos, Runnable task) {
        return timer.schedule(() -> handOver(task), nanos, TimeUnit.NANOSECONDS);
    }

    private void handOver(Runnable task) {
        try {
            workers.execute(task);
        } catch (
                OutOfMemoryError
                        e) { // There can be no thread now. A track that missed a turn would ask nothing ever again.
            timer.schedule(() -> handOver(task), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static ThreadFactory daemons(Supplier<String> name) {
        return task -> {
            Thread thread = new Thread(task, name.get());
            thread.setDaemon(true);
            return thread;
        };
    }
}
