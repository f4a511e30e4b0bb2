// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import java.util.PriorityQueue;

/**
 * The true time of a simulation, in nanoseconds since its start. What falls on the same moment runs as it was asked.
 */
public final class VirtualTime {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long asked;

    private record Event(long time, long order, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(order, other.order);
        }
    }

    /** The true time now. */
    public long now() {
        return now;
    }

    /** Runs the task at that time; if it is past, as the next thing now. */
    public void at(long time, Runnable task) {
        events.add(new Event(Math.max(time, now), asked++, task));
    }

    /** Lets time pass, with everything that falls due. */
    public void advance(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.peek().time <= until) {
            Event next = events.remove();
            now = next.time;
            next.task.run();
        }
        now = until;
    }
}
