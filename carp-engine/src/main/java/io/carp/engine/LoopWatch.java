// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.host.Masterships;
import io.carp.report.LogAndEvents;
import io.carp.spi.Loop;
import io.carp.thread.OwnThread;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notices when the loop is stuck, by a thread of its own, {@code carp-watch}: then nothing that the loop does is done, and
 * somebody else has to say so, and to withdraw the consumers of those masterships that peers have taken over by now. The
 * addresses need nobody, for their lease runs out. The loop in turn starts that thread again should it have died.
 */
final class LoopWatch {
    private static final String CODE = "loop";
    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Two beats, and a busy machine. */
    private static final long SILENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);

    private static final int FRAMES = 6;

    private final Loop loop;
    private final Executor workers;
    private final Masterships masterships;
    private final NodeFindings findings;
    private final LogAndEvents notices;
    private final LongConsumer besides;
    private final Loop.Timer timer;
    private volatile @Nullable Thread watch;
    private volatile @Nullable Thread watched;
    private volatile long beatAt;
    private volatile long lookedAt;
    private volatile boolean silent;
    private volatile boolean closed;

    /** @param besides what else that thread looks at, given the time; it does not block */
    LoopWatch(
            Loop loop,
            Executor workers,
            Masterships masterships,
            NodeFindings findings,
            LogAndEvents notices,
            LongConsumer besides) {
        this.loop = loop;
        this.workers = workers;
        this.masterships = masterships;
        this.findings = findings;
        this.notices = notices;
        this.besides = besides;
        this.timer = loop.timer(this::beat);
    }

    void open() {
        beatAt = loop.nanoTime();
        lookedAt = beatAt;
        loop.execute(this::beat);
    }

    void close() {
        closed = true;
        loop.execute(timer::cancel);
        LockSupport.unpark(watch);
        findings.settled(CODE);
    }

    /** Whether the loop does not answer. Any thread. */
    boolean isSilent() {
        return silent;
    }

    /** On the loop. */
    private void beat() {
        if (closed) {
            return;
        }
        long now = loop.nanoTime();
        timer.at(now + BEAT_NANOS);
        watched = Thread.currentThread();
        beatAt = now;
        Thread present = watch;
        if (present == null || !present.isAlive()) {
            Thread next = OwnThread.of("carp-watch", this::watch);
            next.start(); // If there can be no thread, this is tried again with the next beat.
            watch = next;
        }
    }

    private void watch() {
        while (!closed) {
            enduring(() -> look(loop.nanoTime()));
            enduring(() -> besides.accept(loop.nanoTime()));
            enduring(() -> LockSupport.parkNanos(this, LOOK_NANOS));
        }
    }

    private static void enduring(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            // Not even what reports failures may end it: without memory that fails, too.
        }
    }

    void look(long now) {
        boolean heldUp = now - lookedAt > SILENT_NANOS;
        lookedAt = now;
        if (heldUp) {
            return; // As the whole process, when it was frozen: the loop gets a moment, too.
        }
        long since = now - beatAt;
        if (since <= SILENT_NANOS) {
            if (silent) {
                silent = false;
                findings.settled(CODE);
                notices.warn("carp: the thread carp-loop goes on");
            }
            return;
        }
        if (!silent) {
            silent = true;
            Thread stuck = watched;
            StackTraceElement[] stack = stuck == null ? new StackTraceElement[0] : stuck.getStackTrace();
            String sentence = sentence(since, stack);
            findings.present(CODE, sentence);
            Throwable there = new Throwable("carp-loop is here");
            there.setStackTrace(stack);
            notices.error("carp: " + sentence, there);
            loop.execute(this::beat); // Should it be an alarm that was lost, this arms it anew.
        }
        masterships.withdrawals(now).forEach(workers::execute);
    }

    private static String sentence(long since, StackTraceElement[] stack) {
        String where =
                Stream.of(stack).limit(FRAMES).map(StackTraceElement::toString).collect(Collectors.joining(" < "));
        return String.format(
                Locale.ROOT,
                "the thread carp-loop, which runs all virtual hosts, has not answered for %.1f s: no advertisement leaves,"
                        + " peers take over, the addresses run out, and Mastership is withdrawn until it goes on; it is %s",
                since / 1e9,
                where.isEmpty() ? "nowhere: it has ended, so restart the bundle carp-engine" : "at " + where);
    }
}
