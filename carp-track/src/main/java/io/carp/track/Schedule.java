// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.concurrent.Future;

/** The time, and threads that may block: what asking again and again needs of its surroundings. */
interface Schedule {
    /** The nanoseconds of a clock that only goes forward. */
    long nanoTime();

    /**
     * Runs the task now, on a thread that nothing else waits for. {@code cancel(true)} interrupts it. A task that has
     * not begun by then is run all the same, otherwise its owner would wait for its end for ever.
     */
    Future<?> run(Runnable task);

    /** Runs the task after some nanoseconds. Until then {@code cancel} prevents it. */
    Future<?> runLater(long nanos, Runnable task);
}
