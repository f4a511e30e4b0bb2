// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.host.SteppedNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final SteppedNode node = new SteppedNode();
    private final Lane lane = new Lane(node.loop, node.pool(), node::note);

    private Runnable note(String entry) {
        return () -> node.note(entry);
    }

    @Test
    void tasksRunInTheOrderTheyCame() {
        lane.execute(note("1"));
        lane.execute(note("2"));
        assertEquals(List.of(), node.diary(), "not on the caller's thread");
        node.settle();
        assertEquals(List.of("1", "2"), node.diary());
    }

    @Test
    void aFailureDoesNotEndTheLane() {
        lane.execute(() -> {
            throw new IllegalStateException("expected by this test");
        });
        lane.execute(() -> {
            throw new NoClassDefFoundError("expected by this test");
        });
        lane.execute(note("after"));
        node.settle();
        assertEquals(List.of("after"), node.diary());
    }

    @Test
    void withoutAThreadItTriesAgainByItself() {
        AtomicInteger refused = new AtomicInteger();
        List<String> told = new ArrayList<>();
        Lane poor = new Lane(
                node.loop,
                task -> {
                    if (refused.getAndIncrement() < 3) {
                        throw new OutOfMemoryError("unable to create native thread: expected by this test");
                    }
                    node.pool().execute(task);
                },
                told::add);
        poor.execute(note("unbind"));
        node.pass(2 * SteppedNode.SECOND);
        assertEquals(List.of(), node.diary());
        node.pass(2 * SteppedNode.SECOND);
        assertEquals(List.of("unbind"), node.diary());
        assertEquals(3, told.size());
        assertTrue(told.get(0).contains("unable to create native thread"), told.get(0));
    }

    @Test
    void neverTwoAtOnceOnManyThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Lane shared = new Lane(node.loop, pool, node::note);
            AtomicInteger running = new AtomicInteger();
            List<Integer> order = new ArrayList<>(); // It is not synchronized, since the lane has to order the tasks.
            CountDownLatch all = new CountDownLatch(1000);
            for (int i = 0; i < 1000; i++) {
                int number = i;
                shared.execute(() -> {
                    order.add(running.getAndIncrement() == 0 ? number : -1);
                    running.decrementAndGet();
                    all.countDown();
                });
            }
            assertTrue(all.await(30, TimeUnit.SECONDS));
            for (int i = 0; i < 1000; i++) {
                assertEquals(i, order.get(i));
            }
        } finally {
            pool.shutdown();
        }
    }
}
