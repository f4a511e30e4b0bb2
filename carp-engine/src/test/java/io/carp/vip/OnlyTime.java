// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;

/** A loop that only tells the time. It runs a task at once, on the caller's thread. */
public class OnlyTime implements Loop {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timer timer(Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean inLoop() {
        return false;
    }

    @Override
    public Cancellable watch(int fd, Runnable readable) {
        throw new UnsupportedOperationException();
    }
}
