// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order they came, on the threads of a pool shared with other lanes. A task that
 * hangs holds up this lane only; what has become pointless behind it can be taken back. Any thread.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final Executor pool;

    /** Guarded by this. */
    private final Deque<Turn> waiting = new ArrayDeque<>();

    /** Guarded by this: a thread of the pool runs a task, or is about to. */
    private boolean busy;

    private static final class Turn extends CompletableFuture<Void> {
        private final CompletableFuture<Void> gate;
        private final Runnable task;
        private boolean watched;

        Turn(CompletableFuture<Void> gate, Runnable task) {
            this.gate = gate;
            this.task = task;
        }

        void run() {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("carp: a task failed; the lane goes on", e);
            }
            complete(null);
        }
    }

    Lane(Executor pool) {
        this.pool = pool;
    }

    /** Queues a task; the result completes when it has run, normally even if it failed. */
    CompletableFuture<Void> execute(Runnable task) {
        return executeAfter(NOTHING, task);
    }

    /** As {@link #execute}, but when its turn has come the task, and all behind it, also wait for the gate. */
    CompletableFuture<Void> executeAfter(CompletableFuture<Void> gate, Runnable task) {
        Turn turn = new Turn(gate, task);
        synchronized (this) {
            waiting.add(turn);
        }
        next();
        return turn;
    }

    /** Whether the task could be taken back: then it never runs, and what it returned is cancelled. */
    boolean takeBack(CompletableFuture<Void> turn) {
        boolean unbegun;
        synchronized (this) {
            unbegun = turn instanceof Turn && waiting.remove(turn);
        }
        if (unbegun) {
            turn.cancel(false);
            next(); // Those behind it no longer wait for its gate.
        }
        return unbegun;
    }

    /** How many tasks have not begun. */
    synchronized int backlog() {
        return waiting.size();
    }

    private void next() {
        Turn head;
        boolean open;
        synchronized (this) {
            head = waiting.peek();
            if (busy || head == null) {
                return;
            }
            open = head.gate.isDone();
            if (!open && head.watched) {
                return;
            }
            busy = open;
            head.watched = true;
        }
        if (open) {
            start();
        } else {
            head.gate.whenComplete((done, failure) -> next());
        }
    }

    private void start() {
        try {
            pool.execute(this::runNext);
        } catch (RuntimeException | Error e) { // No thread to be had: the next task tries again.
            synchronized (this) {
                busy = false;
            }
            LOG.error("carp: no thread for what has to be done", e);
        }
    }

    private void runNext() {
        Turn turn = null;
        synchronized (this) {
            Turn head = waiting.peek(); // Another than before, if that was taken back meanwhile.
            if (head != null && head.gate.isDone()) {
                turn = waiting.remove();
            }
        }
        if (turn != null) {
            turn.run();
        }
        synchronized (this) {
            busy = false;
        }
        next();
    }
}
