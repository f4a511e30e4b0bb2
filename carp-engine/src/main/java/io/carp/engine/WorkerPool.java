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
import java.util.function.Consumer;

/**
 * Threads for what may block, as many as have something to do. Whoever hands a task over starts no thread for it: on the
 * loop that would take longer than all else that a promotion needs there, and a thousand virtual hosts may be promoted at
 * once. An idle thread takes the task; if there is none, {@code carp-starter} looks for one that has become idle, and else
 * starts one. Any thread may call.
 *
 * <p>It is never shut down. What waits behind a hanging consumer or binder when the engine goes, such as an unbind, must
 * still have its turn, and a virtual host that gives up in the last moment must not be rejected.
 */
final class WorkerPool implements Executor {
    /** Those of a promotion after a quiet time: one for the addresses, one for the consumers. */
    private static final int READY = 2;

    private static final long IDLE_MILLIS = 10_000;
    private static final long AGAIN_MILLIS = 1000;

    /** Whoever takes from it has nothing to do. */
    private final SynchronousQueue<Runnable> idle = new SynchronousQueue<>();

    private final ThreadPoolExecutor workers;
    private final ThreadPoolExecutor starter;
    private final Consumer<String> log;

    /** Whether that there can be no thread has been said. The starter's thread only. */
    private boolean said;

    /** @param log takes a sentence and does not block */
    WorkerPool(Consumer<String> log) {
        this(log, numbered(), IDLE_MILLIS);
    }

    WorkerPool(Consumer<String> log, ThreadFactory factory, long idleMillis) {
        this.log = log;
        workers = new ThreadPoolExecutor(READY, Integer.MAX_VALUE, idleMillis, TimeUnit.MILLISECONDS, idle, factory);
        starter = new ThreadPoolExecutor(
                1, 1, idleMillis, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), WorkerPool::starter);
        startStarter();
    }

    /**
     * Here and not by the loop: from what a thread with a real-time priority starts, the kernel takes a {@code nice} below 0,
     * too, and the workers would not have that of their container.
     */
    private void startStarter() {
        try {
            starter.prestartCoreThread();
        } catch (OutOfMemoryError e) {
            // There can be no thread now. The first task tries again.
        }
    }

    private static Thread starter(Runnable work) {
        return OwnThread.of("carp-starter", work);
    }

    private static ThreadFactory numbered() {
        AtomicInteger number = new AtomicInteger();
        return work -> OwnThread.of("carp-worker-" + number.incrementAndGet(), work);
    }

    /**
     * Takes a task. It is not lost when there can be no other thread: then the first that has nothing to do any more takes
     * it, and every second it is tried to start one.
     *
     * @throws OutOfMemoryError if not even the starter can be started; the task has not been taken then
     */
    @Override
    public void execute(Runnable task) {
        if (!idle.offer(task)) {
            starter.execute(() -> begin(task));
        }
    }

    /** No thread is kept ready any more: those that are idle end. Tasks are taken all the same. Does not wait. */
    void close() {
        workers.allowCoreThreadTimeOut(true);
        starter.allowCoreThreadTimeOut(true);
    }

    private void begin(Runnable task) {
        boolean begun = false;
        while (!begun) { // Those behind it would find no thread either.
            begun = isStarted(task) || isTaken(task);
        }
    }

    private boolean isStarted(Runnable task) {
        try {
            int before = workers.getPoolSize();
            workers.execute(task);
            said &= workers.getPoolSize() <= before; // A thread that was idle is no sign that there can be others.
            return true;
        } catch (RuntimeException | Error e) {
            say(e);
            return false;
        }
    }

    private boolean isTaken(Runnable task) {
        try {
            return idle.offer(task, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void say(Throwable why) {
        if (!said) {
            said = true;
            log.accept(
                    "carp: no other thread can be started for what has to be done: it waits for one that has nothing to do"
                            + " any more, and another one is tried every second: " + why);
        }
    }
}
