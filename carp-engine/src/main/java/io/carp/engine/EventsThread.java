// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.thread.OwnThread;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code carp-events} for log lines and events, which does them in the order in which they came. Nothing that
 * is thrown ends it; it ends by itself when there was nothing to do for a minute. What comes while {@link #MOST} wait is
 * dropped, since a log that blocks would fill the heap. What waits while there can be no thread is done when there is
 * one: {@link #require} is asked again and again. Any thread may call, and does not wait.
 */
final class EventsThread implements Executor {
    /** How many events and lines may wait: those of a thousand virtual hosts that go and come, several times over. */
    static final int MOST = 10_000;

    /** Longer than EventAdmin waits for a handler, because it keeps the order of one posting thread only. */
    private static final long IDLE_SECONDS = 60;

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(MOST);
    private final AtomicBoolean starting = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final LongConsumer lost;
    private final Consumer<Thread> starter;
    private volatile @Nullable Thread thread;
    private volatile boolean busy;
    private volatile String trouble = "";

    /** @param lost told by the thread itself how many were dropped, when it goes on */
    EventsThread(LongConsumer lost) {
        this(lost, Thread::start);
    }

    /** @param starter starts a thread */
    EventsThread(LongConsumer lost, Consumer<Thread> starter) {
        this.lost = lost;
        this.starter = starter;
    }

    @Override
    public void execute(Runnable task) {
        try {
            if (!waiting.offer(task)) {
                dropped.incrementAndGet();
            }
        } catch (OutOfMemoryError e) { // Who has something to say goes on.
            dropped.incrementAndGet();
        }
        require();
    }

    /** Starts the thread if something waits for it and it is not there; if that is in vain, ask again later. */
    void require() {
        Thread present = thread;
        if (waiting.isEmpty() || (present != null && present.isAlive()) || !starting.compareAndSet(false, true)) {
            return;
        }
        try {
            Thread next = OwnThread.of("carp-events", this::run);
            starter.accept(next);
            thread = next;
            trouble = "";
        } catch (OutOfMemoryError e) { // The JVM says so of threads, too, of which there may be too many.
            trouble = String.valueOf(e.getMessage());
        } finally {
            starting.set(false);
        }
    }

    private void run() {
        for (boolean more = true; more; ) {
            try {
                more = doNext();
            } catch (Throwable e) {
                // Not even what reports failures may end it: without memory that fails, too.
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
        require();
    }

    /** Returns false if there was nothing for long, and this thread ends. */
    private boolean doNext() throws InterruptedException {
        Runnable task = waiting.poll(IDLE_SECONDS, TimeUnit.SECONDS);
        if (task == null) {
            thread = null; // Whoever comes from now on starts another one. Who has just come is seen by the caller.
            return false;
        }
        busy = true;
        try {
            task.run();
        } catch (Throwable e) { // A broken appender, for one. It cannot be told by the log.
            dropped.incrementAndGet();
        } finally {
            busy = false;
            done.incrementAndGet();
        }
        long since = dropped.getAndSet(0);
        if (since > 0) {
            sayLost(since);
        }
        return true;
    }

    private void sayLost(long howMany) {
        boolean said = false;
        try {
            lost.accept(howMany);
            said = true;
        } finally {
            if (!said) {
                dropped.addAndGet(howMany);
            }
        }
    }

    /** How many have been done so far. */
    long done() {
        return done.get();
    }

    /** How many are not done yet, the one that is under way included. */
    int waiting() {
        return waiting.size() + (busy ? 1 : 0);
    }

    /** Where the thread is; empty while there is none. */
    StackTraceElement[] stack() {
        Thread present = thread;
        return present == null ? new StackTraceElement[0] : present.getStackTrace();
    }

    /** Why the thread cannot be started; empty if it could. */
    String trouble() {
        return trouble;
    }
}
