// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.Mastership;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
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

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(40); !condition.call(); ) {
            assertTrue(System.nanoTime() - end < 0, what);
            TimeUnit.MILLISECONDS.sleep(10);
        }
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
        await("served", this::isServed);
        container.execute(this::getStuck);
        await("withdrawn", () -> !isServed());
        await("found", () -> !findings().isEmpty());
        Finding finding = findings().get(0);
        assertEquals("loop", finding.code());
        assertTrue(finding.text().contains("LoopWatchTest.getStuck"), finding.text());
        assertEquals("the loop does not answer", container.view("web").detail());

        goOn.countDown();
        await("served again", this::isServed);
        await("settled", () -> findings().isEmpty());
    }

    @Test
    void aLoopThatAnswersLateKeepsItsConsumers() throws Exception {
        container.activate(cfg("web", 7));
        await("served", this::isServed);
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
        await("there", () -> watch() != null);
        stop(watch());
        TimeUnit.SECONDS.sleep(3); // The next beats start another one, if need be.
        container.execute(this::getStuck);
        await("found", () -> !findings().isEmpty());
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
