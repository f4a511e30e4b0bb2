// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events of one virtual host, in the order of its transitions. Each waits until what it tells of has been done, and
 * for those before it; otherwise the end of a mastership that is lost at once would be told before its beginning. None
 * waits for ever, since a consumer that never comes up must not keep an event from all others.
 */
final class EventQueue {
    private final Deque<Entry> waiting = new ArrayDeque<>();

    private static final class Entry {
        final Saying.Event event;
        final @Nullable Reign reign;
        final boolean begins;
        long deadline;

        Entry(Saying.Event event, @Nullable Reign reign, boolean begins, long deadline) {
            this.event = event;
            this.reign = reign;
            this.begins = begins;
            this.deadline = deadline;
        }
    }

    /** Adds the event that a mastership has begun. */
    void begin(Saying.Event event, Reign reign, long deadline) {
        waiting.add(new Entry(event, reign, true, deadline));
    }

    /** Adds the event that a mastership has ended. */
    void end(Saying.Event event, Reign reign, long deadline) {
        for (Entry entry : waiting) {
            if (reign.equals(entry.reign)) {
                entry.deadline = Deadlines.earlier(entry.deadline, deadline);
            }
        }
        waiting.add(new Entry(event, reign, false, deadline));
    }

    /** Adds an event for which nothing has to be done before. */
    void add(Saying.Event event) {
        waiting.add(new Entry(event, null, false, 0));
    }

    /**
     * Releases the events whose time has come.
     *
     * @param over whether nothing of a mastership is left
     */
    void release(long now, Predicate<Reign> over, List<Saying> say) {
        for (Entry head = waiting.peek(); head != null && isReady(head, now, over); head = waiting.peek()) {
            say.add(waiting.remove().event);
        }
    }

    private static boolean isReady(Entry entry, long now, Predicate<Reign> over) {
        Reign reign = entry.reign;
        return reign == null
                || (entry.begins && reign.told)
                || (reign.isLost() && over.test(reign))
                || Deadlines.isPast(entry.deadline, now);
    }

    long deadline() {
        Entry head = waiting.peek();
        return head == null ? Decision.NEVER : head.deadline;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Such as {@code [MASTER 1, BACKUP 1]}. */
    @Override
    public String toString() {
        List<String> entries = new ArrayList<>();
        for (Entry entry : waiting) {
            entries.add(entry.event.to() + (entry.reign == null ? "" : " " + entry.reign.number));
        }
        return entries.toString();
    }
}
