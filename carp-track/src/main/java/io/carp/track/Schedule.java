// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.concurrent.Future;

/** Time, and threads that may block: all that asking again and again needs of the world. */
interface Schedule {
    /** Nanoseconds of a clock that only goes forward. */
    long nanoTime();

    /**
     * Runs the task now, on a thread that nothing else waits for. {@code cancel(true)} interrupts it. What has not begun by
     * then is run all the same: else whoever waits for its end would wait for ever.
     */
    Future<?> run(Runnable task);

    /** Does so after some nanoseconds. {@code cancel} prevents it, until then. */
    Future<?> runLater(long nanos, Runnable task);
}
