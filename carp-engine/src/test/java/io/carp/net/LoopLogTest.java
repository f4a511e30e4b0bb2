// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopLogTest {
    @Test
    void aLogThatBlocksHoldsNobodyUp() throws Exception {
        var done = new CompletableFuture<Boolean>();
        try (var loop = new NettyLoop();
                var log = new BlockedLog()) {
            for (int n = 0; n < 1000; n++) {
                loop.execute(() -> {
                    throw new IllegalStateException("a broken task, on purpose");
                });
            }
            loop.execute(() -> done.complete(true));
            assertTrue(done.get(30, TimeUnit.SECONDS));
            log.awaitBlocked();
        }
    }
}
