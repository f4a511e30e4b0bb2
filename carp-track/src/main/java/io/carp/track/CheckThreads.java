// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.thread.OwnThread;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The threads of all tracks, while there are any: {@code carp-track-timer}, which only hands over, and {@code
 * carp-track-N}. A track has one check under way at most, so there are never many threads, and no check waits for
 * another: one that hangs delays its own track only.
 *
 * <p>Nothing that is thrown ends the timer, and one that has died is replaced by whoever arms something next. What it
 * can hand to no thread it hands over a second later.
 */
@Component(service = CheckThreads.class)
public final class CheckThreads implements Schedule {
    private static final long IDLE_SECONDS = 10;
    private static final long PATIENCE_SECONDS = 1;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What comes after the end is dropped, since no track is left then. */
    private static final RejectedExecutionHandler NOBODY_ASKS = new ThreadPoolExecutor.DiscardPolicy();

    private final AtomicInteger number = new AtomicInteger();
    private final Consumer<Thread> starter;
    private final ExecutorService workers;
    private final PriorityQueue<Due> due = new PriorityQueue<>((one, other) -> Long.signum(one.at - other.at));
    /** Guarded by this. */
    private @Nullable Thread timer;

    private volatile boolean ended;

    /** Starts the timer. */
    @Activate
    public CheckThreads() {
        this(Thread::start, task -> task);
    }

    /** How a test keeps the JVM from making threads. */
    interface Threads {
        /** @return what the thread is to do in place of this */
        Runnable make(Runnable work);
    }

    /** @param starter starts the timer's thread */
    CheckThreads(Consumer<Thread> starter, Threads threads) {
        this.starter = starter;
        this.workers = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> OwnThread.of("carp-track-" + number.incrementAndGet(), threads.make(work)),
                NOBODY_ASKS);
        requireTimer();
    }

    /** Ends all threads. One that is deep in a name lookup cannot be interrupted, and ends by itself. */
    @Deactivate
    void end() throws InterruptedException {
        ended = true;
        synchronized (this) {
            if (timer != null) {
                timer.interrupt();
            }
        }
        workers.shutdownNow();
        workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Question run(Runnable task) {
        Begun begun = new Begun(task);
        Due hand = new Due(begun);
        hand.over();
        return begun;
    }

    /** A task that can be interrupted, but not kept from being run. */
    static final class Begun extends FutureTask<Void> implements Question {
        private static final StackTraceElement[] NOWHERE = {};

        private volatile @Nullable Thread thread;

        Begun(Runnable task) {
            super(task, null);
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                super.run();
            } finally {
                thread = null;
            }
        }

        @Override
        public void interrupt() {
            if (thread != null) {
                cancel(true);
            }
        }

        @Override
        public StackTraceElement[] where() {
            Thread there = thread;
            return there == null ? NOWHERE : there.getStackTrace();
        }
    }

    @Override
    public Timer timer(Runnable task) {
        return new Due(task);
    }

    private final class Due implements Timer {
        private final Runnable task;
        /** Guarded by the queue, since it is the place there. */
        private long at;

        Due(Runnable task) {
            this.task = task;
        }

        @Override
        public void in(long nanos) {
            synchronized (due) {
                due.remove(this);
                at = nanoTime() + Math.max(0, nanos);
                due.add(this);
                due.notifyAll();
            }
            requireTimer();
        }

        @Override
        public void cancel() {
            synchronized (due) {
                due.remove(this);
            }
        }

        /** To a thread, now or as soon as there is one. */
        void over() {
            try {
                workers.execute(task);
            } catch (Throwable e) { // Above all if there can be no thread; this must not be the end of a track.
                in(AGAIN_NANOS);
            }
        }
    }

    private synchronized void requireTimer() {
        if (ended || (timer != null && timer.isAlive())) {
            return;
        }
        try {
            Thread next = OwnThread.of("carp-track-timer", this::handOver);
            starter.accept(next);
            timer = next;
        } catch (OutOfMemoryError e) {
            timer = null; // Whoever arms something next tries again.
        }
    }

    private void handOver() {
        while (!ended) {
            try {
                next().over();
            } catch (Throwable e) {
                // Not even what reports failures may end it: without memory that fails, too.
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private Due next() throws InterruptedException {
        synchronized (due) {
            while (true) {
                Due first = due.peek();
                long nanos = first == null ? Long.MAX_VALUE : first.at - nanoTime();
                if (first != null && nanos <= 0) {
                    due.remove();
                    return first;
                }
                TimeUnit.NANOSECONDS.timedWait(due, nanos);
            }
        }
    }
}
