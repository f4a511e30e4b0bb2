// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Loop;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All timers of a loop, in the order of their times, behind one alarm. They are a binary heap of the timers themselves,
 * so that arming one again allocates nothing. Only the loop's thread calls; {@link #timer} is for any thread.
 */
final class Timers {
    /** Wakes the loop for the first of the timers. At its time, or a little later, somebody calls {@link #run}. */
    interface Alarm {
        /** Sets the time, in place of the one before. */
        void set(long nanoTime);

        void off();
    }

    private static final int OFF = -1;
    private static final int DUE = -2;

    private final LongSupplier clock;
    private final Alarm alarm;
    private final Consumer<Runnable> perform;
    private Entry[] heap = new Entry[16];
    private Entry[] due = new Entry[16];
    private int size;
    private long armings;
    private boolean running;

    /** @param perform runs a task and never throws */
    Timers(LongSupplier clock, Alarm alarm, Consumer<Runnable> perform) {
        this.clock = clock;
        this.alarm = alarm;
        this.perform = perform;
    }

    Loop.Timer timer(Runnable task) {
        return new Entry(task);
    }

    /** Runs the timers that are due. Extra and early calls do no harm. */
    void run() {
        running = true;
        // The due ones are taken out first. Otherwise a timer that arms itself for a time long past would come before
        // those that wait, for ever.
        int n = 0;
        for (long now = clock.getAsLong(); size > 0 && heap[0].at - now <= 0; n++) {
            due[n] = heap[0];
            remove(0);
            due[n].place = DUE;
        }
        for (int i = 0; i < n; i++) {
            var entry = due[i];
            if (entry.place == DUE) { // If not, one of those before it has cancelled it or armed it anew.
                entry.place = OFF;
                perform.accept(entry.task);
            }
        }
        Arrays.fill(due, 0, n, null);
        running = false;
        setAlarm(); // Should that fail, the alarm of before goes on, and this is called again.
    }

    private void setAlarm() {
        if (size > 0) {
            alarm.set(heap[0].at);
        } else {
            alarm.off();
        }
    }

    private void add(Entry entry) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
            due = Arrays.copyOf(due, 2 * size);
        }
        up(size++, entry);
    }

    private void remove(int place) {
        heap[place].place = OFF;
        var last = heap[--size];
        heap[size] = null;
        if (place == size) {
            return;
        }
        if (place > 0 && last.isBefore(heap[(place - 1) / 2])) {
            up(place, last);
        } else {
            down(place, last);
        }
    }

    private void up(int from, Entry entry) {
        int place = from;
        while (place > 0 && entry.isBefore(heap[(place - 1) / 2])) {
            put(place, heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        put(place, entry);
    }

    private void down(int from, Entry entry) {
        int place = from;
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(entry)) {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, entry);
    }

    private void put(int place, Entry entry) {
        heap[place] = entry;
        entry.place = place;
    }

    private final class Entry implements Loop.Timer {
        private final Runnable task;
        private int place = OFF;
        private long at;
        private long arming;

        Entry(Runnable task) {
            this.task = task;
        }

        boolean isBefore(Entry other) {
            return at == other.at ? arming < other.arming : at - other.at < 0;
        }

        @Override
        public void at(long nanoTime) {
            cancel();
            at = nanoTime;
            arming = armings++;
            add(this);
            if (place == 0 && !running) {
                alarm.set(nanoTime);
            }
        }

        // An alarm that has nothing to do any more wakes us once in vain, which is cheaper than to set it at every
        // cancel.
        @Override
        public void cancel() {
            if (place >= 0) {
                remove(place);
            }
            place = OFF;
        }
    }
}
