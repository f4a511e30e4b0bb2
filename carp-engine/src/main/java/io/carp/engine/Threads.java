// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.thread.OwnThread;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The thread for log and events. It is never shut down: there may be something to say after the end. It ends when idle. */
final class Threads {
    /** Longer than EventAdmin waits for a handler, because it keeps the order of one posting thread only. */
    private static final long EVENTS_IDLE_SECONDS = 60;

    /** How many events and lines may wait: those of a thousand virtual hosts that go and come, several times over. */
    static final int MOST_EVENTS = 10_000;

    private Threads() {}

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
