// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void aLogThatBlocksFillsNoHeapAndWhatWasDroppedIsSaid() throws Exception {
        BlockingQueue<Long> lost = new LinkedBlockingQueue<>();
        Executor events = Threads.events(lost::add);
        CountDownLatch blocking = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        events.execute(() -> {
            blocked.countDown();
            awaitUninterrupted(blocking);
        });
        awaitUninterrupted(blocked);
        for (int i = 0; i < Threads.MOST_EVENTS + 3; i++) {
            events.execute(done::incrementAndGet);
        }
        blocking.countDown();
        assertEquals(3L, lost.poll(60, TimeUnit.SECONDS));
        CountDownLatch last = new CountDownLatch(1);
        while (last.getCount() > 0) {
            events.execute(last::countDown); // There is room again.
            last.await(10, TimeUnit.MILLISECONDS);
        }
        assertEquals(Threads.MOST_EVENTS, done.get());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
