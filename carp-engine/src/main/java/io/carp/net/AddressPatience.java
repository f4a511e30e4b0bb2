// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time in which a DHCP client may have taken one address away and not given the next. Loop thread only. */
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
