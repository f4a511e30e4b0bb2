// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.testing.contract.Recorder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is thrown in the thread carp-loop, by tasks and between them, ends neither the thread nor what it has to do. */
@Timeout(120)
class EnduringLoopTest {
    private final NettyLoop loop = new NettyLoop();

    @AfterEach
    void end() {
        loop.close();
    }

    /** Throws in the thread, wherever it is, what nobody there expects: between two tasks, it is in Netty. */
    @SuppressWarnings({"deprecation", "removal"})
    private static void kill(Thread thread) {
        thread.stop();
    }

    @Test
    void whatIsThrownBetweenTwoTasksLosesNeitherTimersNorTasks() throws Exception {
        Thread thread = Recorder.on(loop, Thread::currentThread);
        for (int i = 0; i < 10; i++) {
            var fired = new CountDownLatch(1);
            Recorder.on(loop, () -> loop.at(loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200), fired::countDown));
            TimeUnit.MILLISECONDS.sleep(50); // It waits for events by then.
            kill(thread);
            assertTrue(fired.await(30, TimeUnit.SECONDS), "the timer " + i);
            assertSame(thread, Recorder.on(loop, Thread::currentThread));
        }
        assertTrue(thread.isAlive());
    }

    private static void overflow(AtomicInteger depth) {
        if (depth.incrementAndGet() > 0) {
            overflow(depth);
        }
    }

    @Test
    void noErrorOfATaskOrTimerEndsIt() throws Exception {
        Thread thread = Recorder.on(loop, Thread::currentThread);
        loop.execute(() -> overflow(new AtomicInteger()));
        loop.execute(() -> {
            throw new OutOfMemoryError("on purpose");
        });
        var others = new CountDownLatch(2);
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            loop.at(now, others::countDown);
            loop.at(now, () -> {
                throw new NoClassDefFoundError("on purpose");
            });
            return loop.at(now, others::countDown);
        });
        assertTrue(others.await(30, TimeUnit.SECONDS), "timers due at the same time");
        assertSame(thread, Recorder.on(loop, Thread::currentThread));
    }
}
