// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that passes when a test says so. All tasks run on the thread of the test. */
final class VirtualSchedule implements Schedule {
    private final List<Task> due = new ArrayList<>();
    private final List<Task> begun = new ArrayList<>();
    private boolean hanging;
    private final List<Task> starved = new ArrayList<>();
    private boolean starving;
    private long now;
    private int failures;

    /** So many times from now on there is no memory for a question. */
    void fail(int times) {
        failures = times;
    }

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
        return begun.stream().filter(task -> task.interrupted).count();
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
    public Question run(Runnable task) {
        if (failures > 0) {
            failures--;
            throw new OutOfMemoryError("Java heap space: expected by this test");
        }
        Task check = new Task(true, task);
        add(check, now);
        return check;
    }

    @Override
    public Timer timer(Runnable task) {
        return new Task(false, task);
    }

    private void add(Task task, long at) {
        due.remove(task);
        task.at = at;
        due.add(task);
        due.sort(Comparator.comparingLong(other -> other.at)); // Stable: of two at the same time the older goes first.
    }

    private final class Task implements Question, Timer {
        private final boolean isCheck;
        private final Runnable work;
        private long at;
        private boolean interrupted;

        Task(boolean isCheck, Runnable work) {
            this.isCheck = isCheck;
            this.work = work;
        }

        @Override
        public void in(long nanos) {
            add(this, now + Math.max(0, nanos));
        }

        @Override
        public void cancel() {
            due.remove(this);
        }

        @Override
        public void interrupt() {
            interrupted = true;
        }

        @Override
        public StackTraceElement[] where() {
            return new StackTraceElement[] {new StackTraceElement("org.example.Database", "ask", "Database.java", 7)};
        }
    }
}
