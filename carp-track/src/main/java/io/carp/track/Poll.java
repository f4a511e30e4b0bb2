// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches by asking, at once and then once per interval. Everything happens in turns, except the asking itself. */
final class Poll implements Watch {
    private final Check check;
    private final long interval;
    private final long timeout;
    private final Schedule schedule;
    private final Turns turns;
    private final Listener listener;

    private boolean closed;
    private boolean waiting;
    private boolean overdue;
    private long asked;
    private long waitingSince;
    private @Nullable Future<?> question;
    private @Nullable Future<?> deadline;
    private @Nullable Future<?> next;

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
        turns.take(this::ask);
    }

    private void ask() {
        if (closed) {
            return;
        }
        waiting = true;
        overdue = false;
        asked = schedule.nanoTime();
        waitingSince = asked;
        deadline = later(timeout, this::giveUp);
        question = schedule.run(this::answer);
    }

    private Future<?> later(long nanos, Runnable task) {
        return schedule.runLater(nanos, () -> turns.take(task));
    }

    private void answer() {
        String fault = fault();
        turns.take(() -> answered(fault));
    }

    private void answered(@Nullable String fault) {
        if (closed) {
            return;
        }
        waiting = false;
        cancel(deadline);
        if (!overdue) {
            listener.heard(fault);
        }
        next = later(Math.max(0, asked + interval - schedule.nanoTime()), this::ask);
    }

    private @Nullable String fault() {
        try {
            return check.fault();
        } catch (Exception | Error e) {
            String words = e.getMessage();
            return words == null || words.isBlank() ? e.getClass().getSimpleName() : words.strip();
        }
    }

    /** Interrupts the check. A check that ignores this once would also ignore a second interrupt. */
    private void giveUp() {
        long now = schedule.nanoTime();
        if (closed || !waiting || question == null || now - waitingSince < timeout) {
            return; // The answer came while the interrupt was on its way.
        }
        overdue = true;
        waitingSince = now;
        deadline = later(timeout, this::giveUp);
        question.cancel(true);
        listener.heard("no answer within " + TimeUnit.NANOSECONDS.toMillis(timeout) / 1000.0 + " s");
    }

    @Override
    public void close() {
        closed = true;
        cancel(deadline);
        cancel(question);
        cancel(next);
    }

    private static void cancel(@Nullable Future<?> future) {
        if (future != null) {
            future.cancel(true);
        }
    }
}
