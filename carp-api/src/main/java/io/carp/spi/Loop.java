// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The one thread that runs every state machine, and its time. Whoever runs on it never blocks: no file, no name
 * look-up, no lock held by others, no service registration, no logging. The simulator implements it too.
 */
@ProviderType
public interface Loop {
    /** The monotonic time in nanoseconds; only differences mean something. Any thread. */
    long nanoTime();

    /** Runs the task on the loop thread, after what is already queued. Any thread. */
    void execute(Runnable task);

    /** Runs the task on the loop thread at or shortly after the given {@link #nanoTime()}. Loop thread only. */
    Cancellable at(long nanoTime, Runnable task);

    /** Whether the caller is the loop thread. */
    boolean inLoop();

    /**
     * Calls {@code readable} on the loop thread whenever the file descriptor has something to read (level-triggered).
     * Cancel first, then close the descriptor. Any thread.
     *
     * @throws UnsupportedOperationException where there are no file descriptors to watch
     */
    Cancellable watch(int fd, Runnable readable);
}
