// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.VirtualHost;
import io.carp.spi.AddressBinder;
import io.carp.spi.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedServiceFactory;

/** From ConfigurationAdmin, which this test plays, and from services that come and go, to the running virtual host. */
@Timeout(60)
class VirtualHostsTest {
    @TempDir
    Path storage;

    private Container container;
    private ManagedServiceFactory hosts;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage);
        hosts = container.context().getService(container.context().getServiceReference(ManagedServiceFactory.class));
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
    }

    private ServiceRegistration<Transport> transport(String name) {
        return container
                .context()
                .registerService(Transport.class, container, FrameworkUtil.asDictionary(Map.of(Transport.NAME, name)));
    }

    private ServiceRegistration<AddressBinder> binder() {
        return container
                .context()
                .registerService(
                        AddressBinder.class,
                        container,
                        FrameworkUtil.asDictionary(Map.of(AddressBinder.NAME, "netlink")));
    }

    private void edit(String name, String... pairs) throws Exception {
        hosts.updated("carp.vhost~" + name, FrameworkUtil.asDictionary(cfg(name, 7, pairs)));
    }

    @Test
    void itRunsWhileBothPlugInsAreThere() throws Exception {
        edit("web");
        transport("raw");
        assertTrue(container.engine.virtualHosts().isEmpty(), "there is no binder yet");
        ServiceRegistration<AddressBinder> binder = binder();
        container.await("web MASTER");
        binder.unregister();
        assertEquals(
                List.of("open 7", "bind 7", "bow-out 7", "unbind 7", "close 7", "forget 7"),
                container.diary,
                "in good order, before the service is gone");
        assertTrue(container.engine.virtualHosts().isEmpty());
        binder();
        container.await("web MASTER");
        hosts.deleted("carp.vhost~web");
        container.await("web INIT");
    }

    @Test
    void oneThatFitsIsKeptAndAnotherIsTakenWhenItGoes() throws Exception {
        binder();
        ServiceRegistration<Transport> first = transport("raw");
        edit("web");
        container.await("web MASTER");
        transport("raw");
        edit("web", "advskew", "21");
        await(() -> container.view("web").advskew() == 21);
        assertEquals(List.of("open 7", "bind 7"), container.diary);
        first.unregister();
        container.await("web MASTER");
        assertEquals("open 7", container.diary.get(6));
    }

    @Test
    void anEditThatNamesNobodyLeavesAloneWhatRuns() throws Exception {
        binder();
        transport("raw");
        edit("web");
        container.await("web MASTER");
        for (String bad : List.of("(carp.transport=pigeon)", "(carp.transport=raw")) {
            edit("web", "transport.target", bad, "advskew", "21");
            await(() -> error().contains("transport.target = " + bad + ": "));
            assertEquals(CarpState.MASTER, container.view("web").state());
            assertEquals(20, container.view("web").advskew());
        }
        edit("web", "transport.target", "(carp.transport=pigeon)", "advskew", "21");
        transport("pigeon");
        await(() -> container
                .engine
                .virtualHost("web")
                .filter(VirtualHostsTest::is21)
                .isPresent());
        container.await("web MASTER");
        assertEquals(2, container.diary.stream().filter("open 7"::equals).count());
    }

    private static boolean is21(VirtualHost host) {
        return host.advskew() == 21;
    }

    private String error() {
        return container.view("web").configurationError().orElse("");
    }

    @Test
    void aFileThatComesBackWaitsForItsOwnEnd() throws Exception {
        binder();
        transport("raw");
        edit("web", "hookTimeout", "30");
        container.await("web MASTER");
        CountDownLatch release = new CountDownLatch(1);
        container.onUnbind = () -> release.await(50, TimeUnit.SECONDS);
        long start = System.nanoTime();
        hosts.deleted("carp.vhost~web");
        edit("web");
        assertTrue(System.nanoTime() - start < 5e9, "ConfigurationAdmin waits for nothing");
        release.countDown();
        container.await("web MASTER");
        assertEquals(
                List.of("open 7", "bind 7", "bow-out 7", "unbind 7", "close 7", "forget 7", "open 7", "bind 7"),
                container.diary);
    }

    @Test
    void theEngineEndsAllOfThem() throws Exception {
        binder();
        transport("raw");
        edit("web");
        hosts.updated("carp.vhost~db", FrameworkUtil.asDictionary(cfg("db", 8)));
        container.await("db MASTER");
        container.deactivate();
        assertTrue(container.engine.virtualHosts().isEmpty());
        assertTrue(container.diary.containsAll(List.of("forget 7", "forget 8")), container.diary.toString());
        edit("web");
        transport("raw");
        assertTrue(container.engine.virtualHosts().isEmpty(), "an edit that comes too late starts nothing");
        assertEquals(null, container.context().getServiceReference(ManagedServiceFactory.class));
    }

    /** DS shows component properties to anybody, so the secret must not be one. */
    @Test
    void noComponentIsConfiguredWithTheSecret() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("target/classes/OSGI-INF"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".xml")).toList()) {
                String description = Files.readString(file);
                assertFalse(
                        description.matches("(?s).*configuration-pid=\"[^\"]*carp\\.(vhost|engine).*"),
                        file.toString());
            }
        }
        binder();
        transport("raw");
        edit("web");
        container.await("web MASTER");
        for (var service : container.context().getAllServiceReferences(null, null)) {
            assertFalse(service.getProperties().toString().contains("secret"), service.toString());
        }
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < end, "not in time");
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
