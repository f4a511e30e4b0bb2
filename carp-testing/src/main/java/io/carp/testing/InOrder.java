// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Loop and workers of {@link FakeCarpEngine} in one: the thread that asks for a change does everything, one thing after
 * the other, before it gets its answer. No time passes, so nothing is ever late.
 */
final class InOrder implements Loop {
    private final ReentrantLock changing = new ReentrantLock();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    /**
     * Does the task and all that it causes; if it comes from within another task, after what is under way. If a task
     * throws something, the others are done all the same, and then it is thrown.
     */
    @Override
    public void execute(Runnable task) {
        changing.lock();
        try {
            tasks.add(task);
            if (changing.getHoldCount() == 1) {
                doAll();
            }
        } finally {
            changing.unlock();
        }
    }

    private void doAll() {
        Throwable first = null;
        for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else if (!first.equals(e)) {
                    first.addSuppressed(e);
                }
            }
        }
        rethrow(first);
    }

    private static void rethrow(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public boolean inLoop() {
        return changing.isHeldByCurrentThread();
    }

    @Override
    public Timer timer(Runnable task) {
        return new Timer() {
            @Override
            public void at(long nanoTime) {}

            @Override
            public void cancel() {}
        };
    }

    /** @throws UnsupportedOperationException always */
    @Override
    public Cancellable watch(int fd, Runnable readable) {
        throw new UnsupportedOperationException("there are no file descriptors to watch");
    }
}
