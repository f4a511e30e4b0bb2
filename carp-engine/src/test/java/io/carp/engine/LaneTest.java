// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Stage stage = new Stage();
    private final Lane lane = stage.consumerLane;

    private Runnable note(String entry) {
        return () -> stage.note(entry);
    }

    @Test
    void tasksRunInTheOrderTheyCame() {
        lane.execute(note("1"));
        CompletableFuture<Void> second = lane.execute(note("2"));
        assertEquals(List.of(), stage.diary(), "not on the caller's thread");
        assertFalse(second.isDone());
        stage.settle();
        assertEquals(List.of("1", "2"), stage.diary());
        assertTrue(second.isDone());
    }

    @Test
    void aGateHoldsUpItsTaskAndAllBehindIt() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        lane.execute(note("before"));
        lane.executeAfter(gate, note("behind the gate"));
        lane.execute(note("after"));
        stage.settle();
        assertEquals(List.of("before"), stage.diary());
        gate.complete(null);
        stage.settle();
        assertEquals(List.of("behind the gate", "after"), stage.diary());
    }

    @Test
    void aGateThatFailsOpens() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        lane.executeAfter(gate, note("behind the gate"));
        gate.completeExceptionally(new IllegalStateException("expected"));
        stage.settle();
        assertEquals(List.of("behind the gate"), stage.diary());
    }

    @Test
    void aFailureDoesNotEndTheLane() {
        CompletableFuture<Void> failed = lane.execute(() -> {
            throw new IllegalStateException("expected by this test");
        });
        CompletableFuture<Void> broken = lane.execute(() -> {
            throw new NoClassDefFoundError("expected by this test");
        });
        lane.execute(note("after"));
        stage.settle();
        assertEquals(List.of("after"), stage.diary());
        assertTrue(failed.isDone() && !failed.isCompletedExceptionally());
        assertTrue(broken.isDone() && !broken.isCompletedExceptionally());
    }

    @Test
    void whatHasNotBegunCanBeTakenBack() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        CompletableFuture<Void> first = lane.execute(note("first"));
        stage.settle();
        CompletableFuture<Void> gated = lane.executeAfter(never, note("gated"));
        lane.execute(note("last"));
        stage.settle();
        assertFalse(lane.takeBack(first), "it has run");
        assertTrue(lane.takeBack(gated));
        assertTrue(gated.isCancelled());
        assertFalse(lane.takeBack(gated), "twice");
        stage.settle();
        assertEquals(List.of("first", "last"), stage.diary());
        assertEquals(0, lane.backlog());
    }

    @Test
    void whatIsTakenBackAtTheLastMomentDoesNotLetTheNextPassItsGate() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<Void> first = lane.execute(note("first")); // Handed to the pool already.
        lane.executeAfter(gate, note("second"));
        assertTrue(lane.takeBack(first));
        stage.settle();
        assertEquals(List.of(), stage.diary());
        gate.complete(null);
        stage.settle();
        assertEquals(List.of("second"), stage.diary());
    }

    @Test
    void neverTwoAtOnceOnManyThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Lane shared = new Lane(pool);
            AtomicInteger running = new AtomicInteger();
            List<Integer> order = new ArrayList<>(); // Not synchronized: the lane is.
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
