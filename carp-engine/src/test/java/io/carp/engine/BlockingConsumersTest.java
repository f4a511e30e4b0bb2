// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.service.condition.Condition;

/** Consumers that do not come back, in a real framework. {@code hookTimeout} is 1 s, and there is no other node. */
@Timeout(120)
class BlockingConsumersTest {
    @TempDir
    Path storage;

    private Container container;
    private VirtualHostComponent web;
    private final CountDownLatch comesBack = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage.resolve("first"));
    }

    @AfterEach
    void stop() throws Exception {
        comesBack.countDown();
        web.deactivate();
        container.close();
    }

    /** Blocks, and not even an interrupt ends it. */
    private void blockForLong() {
        blocked.incrementAndGet();
        while (true) {
            try {
                comesBack.await();
                return;
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    /** Makes the listener block at the first event of this type. */
    private void blockAt(int type) throws Exception {
        container
                .context()
                .addServiceListener(
                        event -> {
                            if (event.getType() == type && blocked.get() == 0) {
                                blockForLong();
                            }
                        },
                        "(objectClass=" + Mastership.class.getName() + ")");
    }

    private int services(Class<?> type) {
        try {
            return container
                    .context()
                    .getServiceReferences(type, "(osgi.condition.id=carp.web.master)")
                    .size();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private String finding() {
        return container.view("web").findings().stream()
                .filter(finding -> finding.code().equals("consumer"))
                .map(Finding::text)
                .findAny()
                .orElse("");
    }

    private int worthLess() {
        return container.view("web").demotions().stream()
                .mapToInt(source -> source.amount())
                .sum();
    }

    private boolean serves() {
        return container.view("web").state() == CarpState.MASTER && services(Mastership.class) == 1;
    }

    private void stepDown() throws Exception {
        container.engine.stepDown("web").toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertEquals(0, services(Mastership.class));
        assertEquals(0, services(Condition.class));
    }

    @Test
    void mastershipIsWithdrawnThoughAnActivationDoesNotComeBack() throws Exception {
        blockAt(ServiceEvent.REGISTERED);
        List<String> others = new CopyOnWriteArrayList<>();
        container
                .context()
                .addServiceListener(
                        event -> others.add(event.getType() == ServiceEvent.REGISTERED ? "up" : "down"),
                        "(objectClass=" + Mastership.class.getName() + ")");
        web = container.activate(cfg("web", 7));
        Await.until("a finding", () -> !finding().isEmpty());
        String text = finding();
        assertTrue(text.contains("hookTimeout = 1: a consumer does not come back: the activation of somebody"), text);
        assertTrue(text.contains("in java.util.concurrent.CountDownLatch.await < "), text);
        assertTrue(
                text.contains(BlockingConsumersTest.class.getName() + ".blockForLong(BlockingConsumersTest.java:"),
                text);
        assertEquals(1, services(Condition.class));
        stepDown();
        Await.until("the well-behaved one is told", () -> others.contains("down"));
        Await.until("the next mastership", this::serves);
        comesBack.countDown();
        Await.until("the end of the finding", () -> finding().isEmpty());
        assertTrue(serves(), "and there is one still");
        assertEquals(0, worthLess());
    }

    /** When the loop goes on, another thread has withdrawn the service that the worker still registers. */
    @Test
    void aConsumerIsNamedThoughTheLoopWasStuckMeanwhile() throws Exception {
        blockAt(ServiceEvent.REGISTERED);
        web = container.activate(cfg("web", 7));
        Await.until("an activation", () -> blocked.get() == 1);
        CountDownLatch loopGoesOn = new CountDownLatch(1);
        container.execute(() -> {
            try {
                loopGoesOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until("the withdrawal", () -> services(Mastership.class) == 0);
        loopGoesOn.countDown();
        Await.until("a finding", () -> !finding().isEmpty());
    }

    @Test
    void anActivationThatGoesOnForTenTimesAsLongMakesTheNodeWorthLess() throws Exception {
        blockAt(ServiceEvent.REGISTERED);
        web = container.activate(cfg("web", 7));
        Await.until("a finding", () -> !finding().isEmpty());
        assertEquals(0, worthLess(), "it may just be slow");
        Await.until("a demotion", () -> worthLess() == 240);
        assertEquals(240, container.view("web").effectiveAdvskew());
        comesBack.countDown();
        Await.until("the end of the demotion", () -> worthLess() == 0);
    }

    @Test
    void theNextMastershipIsRegisteredThoughADeactivationDoesNotComeBack() throws Exception {
        blockAt(ServiceEvent.UNREGISTERING);
        web = container.activate(cfg("web", 7));
        Await.until("the first mastership", this::serves);
        stepDown();
        Await.until("the next mastership", this::serves);
        Await.until("a finding", () -> !finding().isEmpty());
        assertTrue(finding().contains("the deactivation of somebody who has Mastership"), finding());
        assertEquals(240, worthLess());
        comesBack.countDown();
        Await.until("the end of both", () -> finding().isEmpty() && worthLess() == 0);
        assertTrue(serves());
    }

    @Test
    void mastershipIsRegisteredThoughAHookDoesNotComeBack() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        ServiceReference<MastershipHook> reference = container
                .context()
                .registerService(
                        MastershipHook.class,
                        new MastershipHook() {
                            @Override
                            public void acquiring(VirtualHost host) {
                                told.add("begins");
                                blockForLong();
                            }

                            @Override
                            public void released(VirtualHost host, Reason why) {
                                told.add("ends");
                            }
                        },
                        new Hashtable<>())
                .getReference();
        container.engine.addHook(reference);
        web = container.activate(cfg("web", 7));
        Await.until("the first mastership", this::serves);
        Await.until("a finding", () -> !finding().isEmpty());
        assertTrue(finding().contains("the hook of "), finding());
        Await.until("a demotion", () -> worthLess() == 240);
        stepDown();
        Await.until("the next mastership", this::serves);
        assertEquals(List.of("begins"), told, "it is in its first call still");
        comesBack.countDown();
        Await.until("the end of both", () -> finding().isEmpty() && worthLess() == 0);
        assertEquals(List.of("begins", "ends"), told);
        assertTrue(serves());
    }
}
