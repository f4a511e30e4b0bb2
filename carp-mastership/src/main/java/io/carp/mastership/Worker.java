// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.spi.Loop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does one deed at a time on a thread of a pool, and reports its end. */
final class Worker {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How a deed is done. */
    interface Doing {
        void of(Deed deed) throws Exception;
    }

    /** Told on the worker's thread when the deed has ended. */
    interface Report {
        void of(Deed deed, @Nullable Throwable failure);
    }

    private final Loop loop;
    private final Executor pool;
    private final Doing doing;
    private final Report report;
    private final Consumer<String> log;

    /** @param log takes a sentence on the loop, and does not block */
    Worker(Loop loop, Executor pool, Doing doing, Report report, Consumer<String> log) {
        this.loop = loop;
        this.pool = pool;
        this.doing = doing;
        this.report = report;
        this.log = log;
    }

    /** Begins a deed. The one before has been reported by then. */
    void start(Deed deed) {
        try {
            pool.execute(() -> work(deed));
        } catch (RuntimeException | Error e) {
            log.accept(
                    "no thread can be started for what has to be done (" + deed + "); trying again in a second: " + e);
            loop.at(loop.nanoTime() + PAUSE_NANOS, () -> start(deed));
        }
    }

    private void work(Deed deed) {
        Throwable failure = null;
        try {
            doing.of(deed);
        } catch (Throwable e) { // A bundle that lacks a class throws an error, to be reported, too.
            failure = e;
        }
        report.of(deed, failure);
    }
}
