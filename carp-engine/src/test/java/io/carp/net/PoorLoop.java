// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Loop;
import java.util.concurrent.atomic.AtomicInteger;

/** A loop that some times has no memory for what other threads bring. */
public final class PoorLoop extends ForwardingLoop {
    private final AtomicInteger failures;

    /** @param failures how many times are left */
    public PoorLoop(Loop loop, AtomicInteger failures) {
        super(loop);
        this.failures = failures;
    }

    @Override
    public void execute(Runnable task) {
        if (!inLoop() && failures.getAndDecrement() > 0) {
            throw new OutOfMemoryError("Java heap space: expected by this test");
        }
        super.execute(task);
    }
}
