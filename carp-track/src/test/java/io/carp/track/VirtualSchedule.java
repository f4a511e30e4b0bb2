// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so. All tasks run on the thread of the test. */
final class VirtualSchedule implements Schedule {
    private final List<Task> due = new ArrayList<>();
    private final List<Task> begun = new ArrayList<>();
    private boolean hanging;
    private final List<Task> starved = new ArrayList<>();
    private boolean starving;
    private long now;

    /** From now on, or no longer, a check that begins does not end. */
    void hang(boolean hanging) {
        this.hanging = hanging;
    }

    /** From now on, or no longer, there is no thread for a check to begin on. */
    void starve(boolean starving) {
        this.starving = starving;
        if (!starving) {
            due.addAll(0, starved);
            starved.clear();
        }
    }

    /** Lets those that hang come to their ends. */
    void release() {
        List<Task> released = List.copyOf(begun);
        begun.clear();
        released.forEach(task -> task.work.run());
    }

    /** How many checks that hang have been interrupted. */
    long interrupted() {
        return begun.stream().filter(task -> task.cancelled).count();
    }

    /** How many tasks wait for their time. */
    int waiting() {
        return due.size();
    }

    void pass(double seconds) {
        long end = now + (long) (seconds * 1e9);
        while (!due.isEmpty() && due.get(0).at <= end) {
            Task task = due.remove(0);
            now = Math.max(now, task.at);
            if (task.isCheck && starving) {
                starved.add(task);
            } else if (task.isCheck && hanging) {
                begun.add(task);
            } else {
                task.work.run();
            }
        }
        now = end;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Future<?> run(Runnable task) {
        return add(new Task(now, true, task));
    }

    @Override
    public Future<?> runLater(long nanos, Runnable task) {
        return add(new Task(now + nanos, false, task));
    }

    private Task add(Task task) {
        due.add(task);
        due.sort(Comparator.comparingLong(other -> other.at)); // Stable: of two at the same time the older goes first.
        return task;
    }

    private final class Task implements Future<Void> {
        private final long at;
        private final boolean isCheck;
        private final Runnable work;
        private boolean cancelled;

        Task(long at, boolean isCheck, Runnable work) {
            this.at = at;
            this.isCheck = isCheck;
            this.work = work;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            cancelled = true;
            return !isCheck && due.remove(this);
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public boolean isDone() {
            return cancelled;
        }

        @Override
        public Void get() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Void get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }
}
