// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Posts the events of one virtual host in the order of its transitions, though each waits until what it tells of has
 * been done: a mastership lost at once would else be told before it was told to have begun. Any thread.
 */
final class EventOrder {
    private final Deque<Entry> waiting = new ArrayDeque<>();

    /**
     * The next event.
     *
     * @param post does not block
     * @return to be run when the event may be posted; running it again does nothing
     */
    synchronized Runnable add(Runnable post) {
        Entry entry = new Entry(post);
        waiting.add(entry);
        return () -> ready(entry);
    }

    private synchronized void ready(Entry entry) {
        entry.ready = true;
        for (Entry head = waiting.peek(); head != null && head.ready; head = waiting.peek()) {
            waiting.remove();
            head.post.run();
        }
    }

    private static final class Entry {
        final Runnable post;
        boolean ready;

        Entry(Runnable post) {
            this.post = post;
        }
    }
}
