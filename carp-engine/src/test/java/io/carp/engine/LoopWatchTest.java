// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.Mastership;
import io.carp.host.Masterships;
import io.carp.report.LogAndEvents;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.VirtualTime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A loop that is stuck, and a node that says so and keeps nothing. */
@Timeout(120)
class LoopWatchTest {
    @TempDir
    Path storage;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private Container container;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage);
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        container.close();
    }

    private boolean isServed() {
        return container.context().getServiceReference(Mastership.class) != null;
    }

    private void getStuck() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Finding> findings() {
        return container.engine.findings();
    }

    @Test
    void aStuckLoopIsAFindingAndKeepsNoConsumerUntilItGoesOn() throws Exception {
        container.activate(cfg("web", 7));
        Await.until("served", this::isServed);
        container.execute(this::getStuck);
        Await.until("withdrawn", () -> !isServed());
        Await.until("found", () -> !findings().isEmpty());
        Finding finding = findings().get(0);
        assertEquals("loop", finding.code());
        assertTrue(finding.text().contains("LoopWatchTest.getStuck"), finding.text());
        assertEquals("the loop does not answer", container.view("web").detail());

        goOn.countDown();
        Await.until("served again", this::isServed);
        Await.until("settled", () -> findings().isEmpty());
    }

    /** Nobody knows who of the threads of a process that goes on is the first. */
    @Test
    void aProcessThatWasFrozenIsNoStuckLoop() {
        var found =
                new NodeFindings(container.context(), new LogAndEvents(Runnable::run, event -> {}), Clock.systemUTC());
        var neverTurns = new SimulatedLoop(new VirtualTime(), 1, 0);
        var watch = new LoopWatch(
                neverTurns,
                Runnable::run,
                new Masterships(),
                found,
                new LogAndEvents(Runnable::run, event -> {}),
                now -> {});
        watch.open();
        watch.look(TimeUnit.SECONDS.toNanos(10));
        assertEquals(List.of(), found.all());
        watch.look(TimeUnit.MILLISECONDS.toNanos(10_500));
        assertEquals("loop", found.all().get(0).code(), "it had its moment");
    }

    @Test
    void aLoopThatAnswersLateKeepsItsConsumers() throws Exception {
        container.activate(cfg("web", 7));
        Await.until("served", this::isServed);
        for (int i = 0; i < 10; i++) {
            container.execute(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertTrue(findings().isEmpty());
        assertTrue(isServed());
    }

    @Test
    void whateverBecomesOfTheThreadThatWatchesAStuckLoopIsFound() throws Exception {
        Await.until("there", () -> watch() != null);
        Thread first = watch();
        long looks = looks(first);
        stop(first);
        // It goes on by itself, or the next beat of the loop starts another one.
        Await.until("at work", () -> watch() != null && (watch() != first || looks(first) > looks + 2));
        container.execute(this::getStuck);
        Await.until("found", () -> !findings().isEmpty());
    }

    /** It waits once between two looks. */
    private static long looks(Thread watch) {
        ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(watch.getId());
        return info == null ? -1 : info.getWaitedCount();
    }

    private static Thread watch() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("carp-watch"))
                .findFirst()
                .orElse(null);
    }

    @SuppressWarnings({"deprecation", "removal"})
    private static void stop(Thread thread) {
        thread.stop();
    }
}
