// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has tasks done one after the other, each by a thread that brings one, and none while a lock is held. So what a task
 * calls may block or come back here without holding up the thread that brings the next one. Any thread may call.
 */
final class Turns {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean underWay;

    /**
     * Does the task, and what comes meanwhile, before this returns. If another task is being done in this or another
     * thread, that thread does this one next.
     */
    void take(Runnable task) {
        synchronized (waiting) {
            waiting.add(task);
            if (underWay) {
                return;
            }
            underWay = true;
        }
        boolean interrupted = false;
        for (Runnable next = next(); next != null; next = next()) {
            interrupted |= Thread.interrupted(); // It was meant for a check, and not for what follows from it.
            try {
                next.run();
            } catch (Throwable e) { // If this were thrown, no task would have a turn any more.
                say(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Throwable thrown) {
        try {
            LOG.error("carp: a track", thrown);
        } catch (Throwable e) {
            // Without memory that fails, too, and the turns go on without a word.
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable next = waiting.poll();
            underWay = next != null;
            return next;
        }
    }
}
