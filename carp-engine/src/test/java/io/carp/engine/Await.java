// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits until something is so that other threads do. */
final class Await {
    private Await() {}

    /** @param what in words, for a person who reads that it was not so within a minute */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1); !condition.call(); ) {
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("not within a minute: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
