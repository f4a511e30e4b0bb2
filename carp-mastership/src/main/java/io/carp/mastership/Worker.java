// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.spi.Loop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does one deed at a time on a thread of a pool, and reports its end. */
final class Worker {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A binder of ours needs milliseconds, a script or the API of a cloud some seconds. */
    static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final StackTraceElement[] NOWHERE = {};

    /** How a deed is done. */
    interface Doing {
        void of(Deed deed) throws Exception;
    }

    /** Told on the worker's thread when the deed has ended. */
    interface Report {
        void of(Deed deed, @Nullable Throwable failure);
    }

    /** Told on the loop of a deed that takes too long; see {@link Outcome#late}. */
    interface Lateness {
        void of(String what, StackTraceElement[] where);
    }

    private final Loop loop;
    private final Executor pool;
    private final Doing doing;
    private final Report report;
    private final Consumer<String> log;
    private final @Nullable Lateness lateness;
    /** They are made here, for there may be no memory when they are needed. */
    private final Loop.Timer again;

    private final Loop.Timer late;
    /** What there is no thread for yet. */
    private @Nullable Deed waiting;

    private @Nullable Deed begun;
    private boolean isLate;
    private volatile @Nullable Thread thread;

    /**
     * @param log takes a sentence on the loop, and does not block
     * @param lateness null where somebody else limits the time of a deed
     */
    Worker(Loop loop, Executor pool, Doing doing, Report report, Consumer<String> log, @Nullable Lateness lateness) {
        this.loop = loop;
        this.pool = pool;
        this.doing = doing;
        this.report = report;
        this.log = log;
        this.lateness = lateness;
        this.again = loop.timer(this::begin);
        this.late = loop.timer(this::lookWhere);
    }

    /**
     * Begins a deed. The one before has been reported by then.
     *
     * @param timed whether the loop can still wake anybody
     */
    void start(Deed deed, boolean timed) {
        waiting = deed;
        begun = deed;
        begin();
        if (timed && lateness != null) {
            late.at(loop.nanoTime() + LATE_NANOS);
        }
    }

    private void begin() {
        Deed deed = waiting;
        if (deed == null) {
            return;
        }
        try {
            pool.execute(() -> work(deed));
            waiting = null;
        } catch (RuntimeException | Error e) {
            again.at(loop.nanoTime() + PAUSE_NANOS); // This comes first: without memory the words fail, too.
            log.accept(
                    "no thread can be started for what has to be done (" + deed + "); trying again in a second: " + e);
        }
    }

    private void work(Deed deed) {
        thread = Thread.currentThread();
        Throwable failure = null;
        try {
            doing.of(deed);
        } catch (Throwable e) { // A bundle that lacks a class throws an error, to be reported, too.
            failure = e;
        }
        thread = null;
        for (boolean told = false; !told; ) {
            try {
                report.of(deed, failure);
                told = true;
            } catch (OutOfMemoryError e) {
                // The machine would wait for this report for ever.
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    /** Not on the loop, since it takes a moment to stop a thread and look. */
    private void lookWhere() {
        Deed deed = begun;
        if (deed == null || lateness == null) {
            return;
        }
        isLate = true;
        if (waiting != null) {
            late.at(loop.nanoTime() + LATE_NANOS); // Should there be one, the deed may hang as well.
            lateness.of(deed + " has been waiting for a thread for " + inSeconds(), NOWHERE);
            return;
        }
        String what = deed + " has not come back for " + inSeconds();
        try {
            pool.execute(() -> {
                Thread there = thread;
                StackTraceElement[] where = there == null ? NOWHERE : there.getStackTrace();
                loop.execute(() -> tell(deed, what, where));
            });
        } catch (RuntimeException | Error e) {
            tell(deed, what, NOWHERE);
        }
    }

    private static String inSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(LATE_NANOS) + " s";
    }

    private void tell(Deed deed, String what, StackTraceElement[] where) {
        if (deed == begun && lateness != null) {
            lateness.of(what, where);
        }
    }

    /** The deed has been reported. On the loop. */
    void cameBack(Deed deed) {
        if (deed == begun) {
            begun = null;
            late.cancel();
            if (isLate && lateness != null) {
                isLate = false;
                lateness.of("", NOWHERE);
            }
        }
    }
}
