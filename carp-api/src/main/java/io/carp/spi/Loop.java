// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The one thread that runs every state machine, and its time. Code that runs on it never blocks: no file, no name
 * look-up, no lock that others hold, no service registration, no logging. The simulator implements it, too.
 */
@ProviderType
public interface Loop {
    /** The monotonic time in nanoseconds; only differences mean something. Any thread may call. */
    long nanoTime();

    /**
     * How many nanoseconds this machine has been suspended so far: {@link #nanoTime()} stood still meanwhile. Only
     * differences mean something. It is always 0 where that is not known. Setting the wall clock changes nothing. Loop
     * thread only.
     */
    default long suspendedNanos() {
        return 0;
    }

    /** Runs the task on the loop thread, after what is already queued. Any thread may call. */
    void execute(Runnable task);

    /**
     * A timer for this task, not yet armed. Keep it if you need it again and again, since arming it anew allocates
     * nothing. Any thread may call.
     */
    Timer timer(Runnable task);

    /** Runs the task once, on the loop thread, at or shortly after the given {@link #nanoTime()}. Loop thread only. */
    default Cancellable at(long nanoTime, Runnable task) {
        var timer = timer(task);
        timer.at(nanoTime);
        return timer;
    }

    /** Whether the caller is the loop thread. */
    boolean inLoop();

    /**
     * Calls {@code readable} on the loop thread whenever the file descriptor has something to read (level-triggered).
     * Cancel first, then close the descriptor. Any thread may call.
     *
     * @throws UnsupportedOperationException where there are no file descriptors to watch
     */
    Cancellable watch(int fd, Runnable readable);

    /**
     * Runs its task on the loop thread, never early. Timers that are due run in the order of their times, and those of
     * the same time in the order in which they were armed. A timer that is armed while others run has its turn after
     * them, and after what there is to read. Loop thread only.
     */
    @ProviderType
    interface Timer extends Cancellable {
        /**
         * Arms the timer once for the given {@link Loop#nanoTime()}, in place of any time before. The task runs then or
         * shortly after.
         */
        void at(long nanoTime);
    }
}
