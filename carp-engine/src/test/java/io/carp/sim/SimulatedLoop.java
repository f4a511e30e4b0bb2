// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The loop of one node. Its clock may go wrong by some millionths, and it may be paused as by a garbage collection: then
 * its clock goes on and so does its kernel, and nothing else does. When it is frozen its kernel does nothing for it, either.
 */
public final class SimulatedLoop implements Loop {
    /** When histories begin, in milliseconds since 1970. */
    static final long NOW_MILLIS = 1_700_000_000_000L;

    private static final long MILLION = 1_000_000;
    private static final long MOMENT = 2 * MILLION;

    private final VirtualTime time;
    private final long offset;
    private final long drift;
    private final Deque<Runnable> missedTimers = new ArrayDeque<>();
    private final Deque<Runnable> missedTasks = new ArrayDeque<>();
    private final Deque<Runnable> missedByKernel = new ArrayDeque<>();
    private boolean paused;
    private boolean frozen;
    private boolean dead;
    private boolean running;
    private long suspended;
    private Duration clockAhead = Duration.ZERO;

    /**
     * @param offset what this clock shows at the start: monotonic clocks start anywhere
     * @param drift by how many millionths this clock is too fast
     */
    public SimulatedLoop(VirtualTime time, long offset, long drift) {
        this.time = time;
        this.offset = offset;
        this.drift = drift;
    }

    @Override
    public long nanoTime() {
        return offset + time.now() + Math.floorDiv(time.now(), MILLION) * drift;
    }

    @Override
    public long suspendedNanos() {
        return suspended;
    }

    /** The machine was suspended for so long; no clock of ours went on meanwhile. */
    public void suspend(long nanos) {
        suspended += nanos;
    }

    @Override
    public void execute(Runnable task) {
        time.at(time.now(), () -> run(task, missedTasks));
    }

    @Override
    public Loop.Timer timer(Runnable task) {
        return new SimulatedTimer(task);
    }

    @Override
    public boolean inLoop() {
        return running;
    }

    @Override
    public Cancellable watch(int fd, Runnable readable) {
        throw new UnsupportedOperationException("nothing here has a file descriptor");
    }

    /**
     * The threads beside the loop, paused and killed with it.
     *
     * @param wait how many nanoseconds a task waits for its thread
     */
    public Executor workers(LongSupplier wait) {
        return task -> time.at(time.now() + wait.getAsLong(), () -> run(task, missedTasks));
    }

    /** Somebody sets the wall clock, by so much from what it would show. */
    public void setClock(Duration ahead) {
        clockAhead = ahead;
    }

    /** The wall clock is set to the time of today, wrong by that much. */
    void setWallClock(Duration wrong) {
        setClock(Duration.ofMillis(NOW_MILLIS).plus(wrong).minusNanos(time.now()));
    }

    /** Wall time, as exact as this node's monotonic clock. */
    public Clock wallClock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.EPOCH.plusNanos(nanoTime() - offset).plus(clockAhead);
            }
        };
    }

    /**
     * Nothing runs from now on; what falls due is kept.
     *
     * @param frozen whether the process is stopped, so that the kernel does nothing for it, either
     */
    public void pause(boolean frozen) {
        paused = true;
        this.frozen = frozen;
    }

    /** The kernel does it at that {@link #nanoTime}; for a frozen process a moment after it goes on. */
    void kernelAt(long nanoTime, Runnable deed) {
        long left = Math.max(0, nanoTime - nanoTime());
        time.at(time.now() + left - left / MILLION * drift, () -> {
            if (frozen) {
                missedByKernel.add(deed);
            } else if (!dead) {
                deed.run();
            }
        });
    }

    /** Goes on. The timers that were missed come first, as unkind as a loop may be. */
    public void resume() {
        paused = false;
        frozen = false;
        missedByKernel.forEach(deed -> kernelAt(nanoTime() + MOMENT, deed));
        missedByKernel.clear();
        drain(missedTimers);
        drain(missedTasks);
    }

    /** The process is gone. */
    public void kill() {
        dead = true;
    }

    public boolean isDead() {
        return dead;
    }

    public boolean isPaused() {
        return paused;
    }

    private void drain(Deque<Runnable> missed) {
        while (!missed.isEmpty() && !paused) {
            run(missed.remove(), missed);
        }
    }

    private void run(Runnable task, Deque<Runnable> missed) {
        if (dead) {
            return;
        }
        if (paused) {
            missed.add(task);
            return;
        }
        running = true;
        try {
            task.run();
        } finally {
            running = false;
        }
    }

    private final class SimulatedTimer implements Loop.Timer {
        private final Runnable task;
        private long due;
        /** Which arming counts: an alarm that was set for another one does nothing. */
        private int armed;

        SimulatedTimer(Runnable task) {
            this.task = task;
        }

        @Override
        public void at(long nanoTime) {
            due = nanoTime;
            armed++;
            sleep(armed);
        }

        /** Sets the alarm by this node's clock, if need be a little early: then it sleeps again. */
        private void sleep(int arming) {
            long left = Math.max(0, due - nanoTime());
            time.at(time.now() + left - left / MILLION * drift, () -> run(() -> wake(arming), missedTimers));
        }

        private void wake(int arming) {
            if (arming != armed) {
                return;
            }
            if (nanoTime() - due < 0) {
                sleep(arming);
            } else {
                task.run();
            }
        }

        @Override
        public void cancel() {
            armed++;
        }
    }
}
