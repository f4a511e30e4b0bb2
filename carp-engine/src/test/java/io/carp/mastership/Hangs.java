// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Consumers of which now and then one does not come back before it is told to: one at a time, for the others wait meanwhile. */
final class Hangs {
    private static final long SELDOM = 10_007;

    private final AtomicLong calls = new AtomicLong();
    private final AtomicReference<@Nullable CountDownLatch> hanging = new AtomicReference<>();
    private @Nullable CountDownLatch lastGivenUp;

    /** How many were given up. Loop thread. */
    int givenUp;

    void nowAndThen() {
        CountDownLatch back = new CountDownLatch(1);
        if (calls.incrementAndGet() % SELDOM == 0 && hanging.compareAndSet(null, back)) {
            try {
                back.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    void comeBack() {
        CountDownLatch back = hanging.getAndSet(null);
        if (back != null) {
            back.countDown();
        }
    }

    @Nullable
    Supplier<String> abandon() {
        CountDownLatch one = hanging.get();
        if (one == null || one.equals(lastGivenUp)) {
            return null;
        }
        lastGivenUp = one;
        givenUp++;
        return () -> "expected by this test";
    }
}
