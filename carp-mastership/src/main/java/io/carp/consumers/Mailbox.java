// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Transition;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import io.carp.spi.Loop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one listener has not been told yet. The loop puts notes in; one thread of the pool at a time takes them out and
 * calls the listener. The monitor is never held while the listener's code runs.
 */
final class Mailbox {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final VirtualHostListener listener;
    private final @Nullable Object names;
    private final String owner;
    private final Loop loop;
    private final Executor pool;
    private final BiConsumer<String, @Nullable Throwable> log;

    /** Guarded by this. */
    private final Deque<Note> notes = new ArrayDeque<>();

    /** How many of the notes are about each virtual host, by its name. Guarded by this. */
    private final Map<String, Integer> waiting = new HashMap<>();

    /** Whether a thread of the pool calls the listener or will do so. Guarded by this. */
    private boolean busy;

    /** Guarded by this. */
    private boolean closed;

    /** @param transition null for the present state */
    private record Note(VirtualHost host, @Nullable Transition transition) {}

    /**
     * @param names which virtual hosts it wants to hear of, as its service property says
     * @param owner the bundle that it belongs to, for the log
     */
    Mailbox(
            VirtualHostListener listener,
            @Nullable Object names,
            String owner,
            Loop loop,
            Executor pool,
            BiConsumer<String, @Nullable Throwable> log) {
        this.listener = listener;
        this.names = names;
        this.owner = owner;
        this.loop = loop;
        this.pool = pool;
        this.log = log;
    }

    /**
     * Puts a note in. Loop thread only.
     *
     * @param transition null for the present state
     */
    void put(VirtualHost host, @Nullable Transition transition) {
        String name = host.name();
        if (!Selection.concerns(names, name)) {
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            if (waiting.getOrDefault(name, 0) >= VirtualHostListener.MOST_UNTOLD) {
                notes.removeIf(note -> note.host().name().equals(name));
                waiting.remove(name);
                notes.add(new Note(host, null));
            } else {
                notes.add(new Note(host, transition));
            }
            waiting.merge(name, 1, Integer::sum);
            if (busy) {
                return;
            }
            busy = true;
        }
        start();
    }

    /** Closes the mailbox; no further call begins. Any thread may call. */
    synchronized void close() {
        closed = true;
        notes.clear();
    }

    private void start() {
        try {
            pool.execute(this::tellAll);
        } catch (RuntimeException | Error e) {
            log.accept(
                    "carp: no thread can be started to call the listener of " + owner + "; trying again in a second",
                    e);
            loop.at(loop.nanoTime() + PAUSE_NANOS, this::start);
        }
    }

    private void tellAll() {
        for (Note note = next(); note != null; note = next()) {
            try {
                tell(note.host(), note.transition());
            } catch (Throwable e) { // A bundle that lacks a class throws an error. The next note is due.
                log.accept("carp: " + note.host().name() + ": the listener of " + owner + " failed", e);
            }
        }
    }

    private void tell(VirtualHost host, @Nullable Transition transition) {
        if (transition == null) {
            listener.present(host);
        } else {
            listener.changed(host, transition);
        }
    }

    private synchronized @Nullable Note next() {
        Note note = notes.poll();
        busy = note != null;
        if (note != null) {
            waiting.computeIfPresent(note.host().name(), (name, count) -> count == 1 ? null : count - 1);
        }
        return note;
    }
}
