// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Loop} for tests: one thread, and the time of the system. It watches no file descriptors, so a transport
 * under test reads them on a thread of its own and hands over with {@link #execute}.
 */
public final class PlainLoop implements Loop, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    /** The thread ends with {@link #close}, or with the JVM. */
    public PlainLoop() {
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = Executors.defaultThreadFactory().newThread(task);
            made.setName("carp-loop");
            made.setDaemon(true);
            thread = made;
            return made;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** @throws java.util.concurrent.RejectedExecutionException if it is closed */
    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    @Override
    public Timer timer(Runnable task) {
        return new Timer() {
            private @Nullable Future<?> armed;

            @Override
            public void at(long nanoTime) {
                cancel();
                armed = executor.schedule(task, nanoTime - nanoTime(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel() {
                if (armed != null) {
                    armed.cancel(false);
                }
            }

            private long nanoTime() {
                return PlainLoop.this.nanoTime();
            }
        };
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread().equals(thread);
    }

    /** @throws UnsupportedOperationException always */
    @Override
    public Cancellable watch(int fd, Runnable readable) {
        throw new UnsupportedOperationException("this loop watches no file descriptors");
    }

    /** Ends the thread; timers that are armed do not run any more. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
