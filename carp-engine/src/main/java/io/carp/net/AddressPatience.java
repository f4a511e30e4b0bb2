// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time that a DHCP client may take between removing one address and setting the next. Loop thread only. */
final class AddressPatience {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private @Nullable Cancellable running;

    AddressPatience(Loop loop) {
        this.loop = loop;
    }

    void begin(Runnable over) {
        if (running == null) {
            running = loop.at(loop.nanoTime() + NANOS, over);
        }
    }

    boolean isRunning() {
        return running != null;
    }

    void end() {
        if (running != null) {
            running.cancel();
            running = null;
        }
    }
}
