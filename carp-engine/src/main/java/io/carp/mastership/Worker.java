// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.spi.Loop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one deed at a time on a thread of a pool, and reports its end. */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How a deed is done. */
    interface Doing {
        void of(Deed deed) throws Exception;
    }

    /** Told on the worker's thread. */
    interface Report {
        void of(Deed deed, @Nullable Throwable failure);
    }

    private final Loop loop;
    private final Executor pool;
    private final Doing doing;
    private final Report report;

    Worker(Loop loop, Executor pool, Doing doing, Report report) {
        this.loop = loop;
        this.pool = pool;
        this.doing = doing;
        this.report = report;
    }

    /** Begins. The one before has been reported. */
    void start(Deed deed) {
        try {
            pool.execute(() -> work(deed));
        } catch (RuntimeException | Error e) {
            LOG.error("carp: there is no thread for what has to be done ({}); tried again in a second", deed, e);
            loop.at(loop.nanoTime() + PAUSE_NANOS, () -> start(deed));
        }
    }

    private void work(Deed deed) {
        Throwable failure = null;
        try {
            doing.of(deed);
        } catch (Throwable e) { // A bundle that lacks a class throws an error; whatever it is, it has to be reported.
            failure = e;
        }
        report.of(deed, failure);
    }
}
