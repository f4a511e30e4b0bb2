// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.VirtualHost;
import io.carp.spi.Loop;
import java.util.concurrent.CompletableFuture;

/**
 * Tells the link again and again who has the addresses, where a crashed master may still hold them: the kernel keeps a
 * lease for whole seconds, so with advbase 0 a backup takes over up to two seconds before they are gone there. Loop
 * thread only.
 */
final class Insistence {
    static final long EVERY_NANOS = 200_000_000L;

    /** Until the kernel of the other node has let go: a lease of 1 s, and its lateness. */
    static final int TIMES = 12;

    private final Loop loop;
    private final Takeover takeover;

    Insistence(Loop loop, Takeover takeover) {
        this.loop = loop;
        this.takeover = takeover;
    }

    /** A promotion was decided. Does nothing from advbase 1 on: there the lease ends before a peer's patience. */
    void begin(VirtualHost promoted) {
        if (promoted.advbase() == 0) {
            CompletableFuture<Void> term = takeover.whenBound();
            term.thenRun(() -> again(term, TIMES));
        }
    }

    /** Goes on while it is still the same term. */
    private void again(CompletableFuture<Void> term, int times) {
        if (times > 0) {
            loop.at(loop.nanoTime() + EVERY_NANOS, () -> {
                if (takeover.whenBound().equals(term)) {
                    takeover.announce();
                    again(term, times - 1);
                }
            });
        }
    }
}
