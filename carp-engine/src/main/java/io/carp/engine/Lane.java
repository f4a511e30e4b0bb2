// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.spi.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came, on the threads of a shared pool. Any thread may
 * call.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Executor pool;
    private final Consumer<String> log;

    /** Guarded by this. */
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** Whether a thread of the pool runs a task or will do so. Guarded by this. */
    private boolean busy;

    /** @param log takes a sentence and does not block, since a task may come from the loop */
    Lane(Loop loop, Executor pool, Consumer<String> log) {
        this.loop = loop;
        this.pool = pool;
        this.log = log;
    }

    void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (busy) {
                return;
            }
            busy = true;
        }
        start();
    }

    private void start() {
        try {
            pool.execute(this::runAll);
        } catch (RuntimeException | Error e) {
            log.accept("carp: no thread can be started for what has to be done; trying again in a second: " + e);
            loop.execute(() -> loop.at(loop.nanoTime() + PAUSE_NANOS, this::start));
        }
    }

    private void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("carp: a task failed; those behind it go on", e);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = waiting.poll();
        busy = task != null;
        return task;
    }
}
