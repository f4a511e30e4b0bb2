// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.thread.OwnThread;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of this node in addition to the loop. They are never shut down. What waits behind a hanging consumer or
 * binder when the engine goes, such as an unbind, must still have its turn, and a virtual host that gives up in the
 * last moment must not be rejected. Idle threads end by themselves.
 */
final class Threads {
    private static final long LANE_IDLE_SECONDS = 10;

    /** Longer than EventAdmin waits for a handler, because it keeps the order of one posting thread only. */
    private static final long EVENTS_IDLE_SECONDS = 60;

    /** How many events and lines may wait: those of a thousand virtual hosts that go and come, several times over. */
    static final int MOST_EVENTS = 10_000;

    private Threads() {}

    /** A pool of as many threads as have something to do. */
    static Executor workers() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                LANE_IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                threads("carp-worker-"));
    }

    /**
     * One thread for log and events. What comes while {@link #MOST_EVENTS} wait for it is dropped, since a log that
     * blocks would fill the heap.
     *
     * @param lost told how many were dropped, when the thread goes on
     */
    static Executor events(LongConsumer lost) {
        AtomicLong dropped = new AtomicLong();
        ThreadPoolExecutor one =
                new ThreadPoolExecutor(
                        1,
                        1,
                        EVENTS_IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MOST_EVENTS),
                        threads("carp-events"),
                        (task, full) -> dropped.incrementAndGet()) {
                    @Override
                    public void execute(Runnable task) {
                        try {
                            super.execute(task);
                        } catch (OutOfMemoryError e) { // There can be no thread: who has something to say goes on.
                            dropped.incrementAndGet();
                        }
                    }

                    @Override
                    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
                        long since = dropped.getAndSet(0);
                        if (since > 0) {
                            lost.accept(since);
                        }
                    }
                };
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private static ThreadFactory threads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> OwnThread.of(name.endsWith("-") ? name + number.incrementAndGet() : name, task);
    }
}
