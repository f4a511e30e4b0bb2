// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;

/** Another loop, in which a test changes something. */
public abstract class ForwardingLoop implements Loop {
    protected final Loop loop;

    protected ForwardingLoop(Loop loop) {
        this.loop = loop;
    }

    @Override
    public long nanoTime() {
        return loop.nanoTime();
    }

    @Override
    public long suspendedNanos() {
        return loop.suspendedNanos();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer timer(Runnable task) {
        return loop.timer(task);
    }

    @Override
    public boolean inLoop() {
        return loop.inLoop();
    }

    @Override
    public Cancellable watch(int fd, Runnable readable) {
        return loop.watch(fd, readable);
    }
}
