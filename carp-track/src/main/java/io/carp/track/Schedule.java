// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

/** The time, and threads that may block: what asking again and again needs of its surroundings. */
interface Schedule {
    /** The nanoseconds of a clock that only goes forward. */
    long nanoTime();

    /**
     * Runs the task now, on a thread that nothing else waits for; when there can be none, as soon as there can. A task
     * that has not begun when it is interrupted is run all the same, otherwise its owner would wait for its end for ever.
     */
    Question run(Runnable task);

    /** A timer for this task, not yet armed. Arming it allocates nothing that would be lost. */
    Timer timer(Runnable task);

    /** A task that runs, or will. */
    interface Question {
        void interrupt();

        /** The stack of its thread; empty if it has not begun, or has ended. */
        StackTraceElement[] where();
    }

    /** Runs its task once for each arming, on a thread that may block. */
    interface Timer {
        /** Arms it, in place of any time before; 0 or less means now. */
        void in(long nanos);

        void cancel();
    }
}
