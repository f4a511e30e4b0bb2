// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Demotion;
import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;

/** Bundles that depend on a mastership, or demote the node, in a real framework. */
@Timeout(60)
class ConsumersTest {
    @TempDir
    Path storage;

    private Container container;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage.resolve("first"));
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
    }

    private void onMastership(int type, Runnable what) throws Exception {
        container
                .context()
                .addServiceListener(
                        event -> {
                            if (event.getType() == type) {
                                what.run();
                            }
                        },
                        "(objectClass=" + Mastership.class.getName() + ")");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theContainerStopsAndAllGiveUpAtOnce() throws Exception {
        List<VirtualHostComponent> hosts = new ArrayList<>();
        for (int vhid = 1; vhid <= 3; vhid++) {
            hosts.add(container.activate(cfg("host" + vhid, vhid, "hookTimeout", "30")));
            container.await("host" + vhid + " MASTER");
        }
        VirtualHostComponent waiting = container.activate(cfg("waiting", 1));
        CyclicBarrier allOfThem = new CyclicBarrier(3);
        onMastership(ServiceEvent.UNREGISTERING, () -> await(allOfThem));
        CountDownLatch down = new CountDownLatch(3);
        container.onUnbind = () -> {
            down.countDown();
            return "";
        };
        // The listener above is gone with the system bundle, which therefore must not be faster than the hosts.
        container.context().addBundleListener((SynchronousBundleListener) event -> {
            if (event.getType() == BundleEvent.STOPPING) {
                await(down);
            }
        });
        container.framework.stop();
        assertTrue(down.await(20, TimeUnit.SECONDS), "one waits for the other: " + container.diary);
        for (VirtualHostComponent host : hosts) {
            host.modified(cfg("any", 9)); // Neither an edit nor a vhid that is free again starts anything now.
            host.deactivate();
            assertEquals(CarpState.INIT, host.snapshot().state());
            assertEquals(Reason.STOPPED, host.snapshot().reason());
            assertTrue(host.snapshot().configurationError().isEmpty());
        }
        waiting.deactivate();
        assertEquals(
                3,
                container.diary.stream()
                        .filter(entry -> entry.startsWith("open"))
                        .count());
        container.framework.waitForStop(0);
    }

    @Test
    void aConsumerThatNeverComesUpDoesNotKeepUsFromLeaving() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        onMastership(ServiceEvent.REGISTERED, () -> {
            entered.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("an activation is not to be interrupted", e);
            }
        });
        VirtualHostComponent web = container.activate(cfg("web", 7));
        assertTrue(entered.await(20, TimeUnit.SECONDS));
        long start = System.nanoTime();
        web.deactivate();
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
        assertEquals(List.of("open 7", "bind 7", "bow-out 7", "unbind 7", "close 7"), container.diary.subList(0, 5));
        never.countDown();
        container.await("web MASTER");
        container.await("web INIT");
        assertNull(container.context().getServiceReference(Mastership.class));
    }

    private ServiceReference<MastershipHook> hook(MastershipHook hook, Map<String, ?> properties) {
        ServiceReference<MastershipHook> reference = container
                .context()
                .registerService(MastershipHook.class, hook, new Hashtable<>(properties))
                .getReference();
        container.engine.addHook(reference);
        return reference;
    }

    @Test
    void hooksComeInTheOrderOfTheirRankingAndOnlyThoseMeant() throws Exception {
        List<String> diary = new CopyOnWriteArrayList<>();
        for (String name : new String[] {"low", "high", "others", "array", "gone"}) {
            Map<String, ?> properties =
                    switch (name) {
                        case "high" -> Map.of("service.ranking", 10);
                        case "others" -> Map.of("carp.name", "db");
                        case "array" -> Map.of("service.ranking", -1, "carp.name", new String[] {"db", "web"});
                        default -> Map.<String, Object>of();
                    };
            MastershipHook hook = new MastershipHook() {
                @Override
                public void acquiring(VirtualHost host) {
                    diary.add(name + (container.diary.contains("bind 7") ? " too late" : ""));
                }

                @Override
                public void released(VirtualHost host, Reason why) {
                    diary.add(name + " " + why + (container.diary.contains("unbind 7") ? "" : " too early"));
                    if (name.equals("high")) {
                        throw new NoClassDefFoundError("expected by this test");
                    }
                }
            };
            ServiceReference<MastershipHook> reference = hook(hook, properties);
            if (name.equals("gone")) {
                container.engine.removeHook(reference);
            }
        }
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        web.deactivate();
        assertEquals(List.of("high", "low", "array", "high stopped", "low stopped", "array stopped"), diary);
    }

    @Test
    void aHookThatOverrunsIsInterruptedAndServingGoesOn() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        hook(
                new MastershipHook() {
                    @Override
                    public void acquiring(VirtualHost host) throws Exception {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                            throw e;
                        }
                    }
                },
                Map.of());
        VirtualHostComponent web = container.activate(cfg("web", 7));
        assertTrue(interrupted.await(20, TimeUnit.SECONDS));
        container.await("web MASTER");
        assertTrue(container.view("web").bound());
        web.deactivate();
    }

    private ServiceRegistration<Demotion> demotion(Object amount, String... names) {
        Hashtable<String, Object> properties = new Hashtable<>(Map.of(Demotion.AMOUNT, amount));
        if (names.length > 0) {
            properties.put(Demotion.NAME, names);
        }
        ServiceRegistration<Demotion> registration =
                container.context().registerService(Demotion.class, new Demotion() {}, properties);
        container.engine.addDemotion(registration.getReference());
        return registration;
    }

    @Test
    void demotions() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        VirtualHostComponent db = container.activate(cfg("db", 8));
        container.await("db MASTER");
        ServiceRegistration<Demotion> all = demotion(10);
        demotion(5, "db", "other");
        for (Object wrong : List.of(0, 241, -1, "10", 10L)) {
            demotion(wrong);
        }
        assertEquals(10, container.engine.demotion(), "what concerns one is not the node's");
        assertEquals(30, container.view("web").effectiveAdvskew());
        assertEquals(35, container.view("db").effectiveAdvskew());
        assertEquals(2, container.view("db").demotions().size());
        VirtualHostComponent late = container.activate(cfg("late", 9));
        assertEquals(30, container.view("late").effectiveAdvskew());
        container.await("demotion 10");

        all.setProperties(new Hashtable<>(Map.of(Demotion.AMOUNT, 20)));
        container.engine.addDemotion(all.getReference());
        assertEquals(20, container.engine.demotion());
        all.setProperties(new Hashtable<>(Map.of(Demotion.AMOUNT, 999)));
        container.engine.addDemotion(all.getReference());
        assertEquals(0, container.engine.demotion(), "what was right and is wrong now counts no more");
        ServiceReference<Demotion> gone = all.getReference();
        all.unregister();
        container.engine.removeDemotion(gone);
        container.engine.addDemotion(gone);
        container.await("demotion 0");
        assertEquals(20, container.view("web").effectiveAdvskew());
        for (VirtualHostComponent host : List.of(web, db, late)) {
            host.deactivate();
        }
    }
}
