// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.thread.Whereabouts;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Watches by asking, at once and then once per interval. Everything happens in turns, except the asking itself.
 *
 * <p>There is one timer, made at the beginning, and each turn arms it before it does anything else. So whatever fails
 * for want of memory or threads is tried again, and a track never ends in silence.
 */
final class Poll implements Watch {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Check check;
    private final long interval;
    private final long timeout;
    private final Schedule schedule;
    private final Turns turns;
    private final Listener listener;
    private final Schedule.Timer timer;

    private volatile boolean closed;
    private boolean waiting;
    private boolean overdue;
    private boolean hanging;
    private long asked;
    private long waitingSince;
    private Schedule.@Nullable Question question;

    /**
     * Begins to ask.
     *
     * @param interval nanoseconds from question to question; a check that takes longer is asked again when it is done
     * @param timeout nanoseconds after which a missing answer counts as a bad one
     */
    Poll(Check check, long interval, long timeout, Schedule schedule, Turns turns, Listener listener) {
        this.check = check;
        this.interval = interval;
        this.timeout = timeout;
        this.schedule = schedule;
        this.turns = turns;
        this.listener = listener;
        Runnable turn = this::turn;
        this.timer = schedule.timer(() -> turns.take(turn));
        turns.take(turn);
    }

    private void turn() {
        if (closed) {
            return;
        }
        long now = schedule.nanoTime();
        if (!waiting) {
            timer.in(AGAIN_NANOS);
            ask(now);
        } else if (now - waitingSince >= timeout) {
            timer.in(timeout);
            giveUp(now);
        } else {
            timer.in(waitingSince + timeout - now);
        }
    }

    private void ask(long now) {
        asked = now;
        waitingSince = now;
        overdue = false;
        question = schedule.run(this::answer);
        waiting = true;
        timer.in(timeout);
    }

    /** On the thread of the question. What it brings must arrive, since nothing else is asked before. */
    private void answer() {
        String fault = fault();
        for (boolean told = false; !told && !closed; ) {
            try {
                turns.take(() -> answered(fault));
                told = true;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(this, AGAIN_NANOS);
            }
        }
    }

    private void answered(@Nullable String fault) {
        if (closed) {
            return;
        }
        waiting = false;
        timer.in(Math.max(0, asked + interval - schedule.nanoTime()));
        if (hanging) {
            hanging = false;
            listener.hangs("");
        }
        if (!overdue) {
            listener.heard(fault);
        }
    }

    private @Nullable String fault() {
        try {
            return check.fault();
        } catch (Exception | Error e) {
            String words = e.getMessage();
            return words == null || words.isBlank() ? e.getClass().getSimpleName() : words.strip();
        }
    }

    /** Interrupts the check. A check that ignores this once would also ignore a second interrupt, so that is said. */
    private void giveUp(long now) {
        boolean again = overdue;
        overdue = true;
        waitingSince = now;
        Schedule.Question present = question;
        if (present != null && again && !hanging) {
            hanging = true;
            String at = Whereabouts.of(present.where(), Poll.class.getName());
            listener.hangs(at.isEmpty() ? "still waiting for a thread" : at);
        } else if (present != null && !again) {
            present.interrupt();
        }
        listener.heard("no answer within " + TimeUnit.NANOSECONDS.toMillis(timeout) / 1000.0 + " s");
    }

    @Override
    public void close() {
        closed = true;
        timer.cancel();
        if (question != null) {
            question.interrupt();
        }
        if (hanging) {
            hanging = false;
            listener.hangs("");
        }
    }
}
