// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.spi.Loop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * When a master tells the link that it has the addresses: a series of times after they were bound and after a worse
 * master was heard, then from time to time if that is wanted. {@link Takeover} announces once by itself when they are
 * bound. Loop thread only; sending is the address lane's.
 */
final class Announcements {
    private final Loop loop;
    private final Takeover takeover;
    private final Loop.Timer timer;
    private AnnounceConfig config;

    /** The term that is announced; null while not bound. */
    private @Nullable CompletableFuture<Void> term;

    /** What is left of the series. */
    private int left;

    Announcements(Loop loop, Takeover takeover, AnnounceConfig config) {
        this.loop = loop;
        this.takeover = takeover;
        this.timer = loop.timer(this::due);
        this.config = config;
    }

    /** An edit: a series that is under way keeps its length. */
    void configure(AnnounceConfig edited) {
        if (!edited.equals(config)) {
            config = edited;
            arm();
        }
    }

    /** A promotion was decided. */
    void begin() {
        end();
        CompletableFuture<Void> bound = takeover.whenBound();
        bound.thenRun(() -> {
            if (bound.equals(takeover.whenBound())) {
                term = bound;
                series();
            }
        });
    }

    /** A worse master was heard: neighbours may take the addresses for its own. */
    void again() {
        takeover.announce();
        series();
    }

    /** No longer master. */
    void end() {
        term = null;
        arm();
    }

    /** The first of it has just been announced. */
    private void series() {
        left = config.count() - 1;
        arm();
    }

    private void arm() {
        long wait = left > 0 ? config.intervalNanos() : config.refreshNanos();
        if (term == null || wait == 0) {
            timer.cancel();
        } else {
            timer.at(loop.nanoTime() + wait);
        }
    }

    private void due() {
        takeover.announce();
        left = Math.max(0, left - 1);
        arm();
    }
}
