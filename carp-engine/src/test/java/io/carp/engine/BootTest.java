// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/** A container that is booting is worth less. */
@Timeout(60)
class BootTest {
    @TempDir
    Path storage;

    @Test
    void demotedUntilTheContainerHasBooted() throws Exception {
        Container karaf = new Container(storage.resolve("karaf"), BootTest::installFeaturesCore);
        try {
            assertEquals(240, karaf.engine.demotion());
            karaf.engine.configure(Map.of("bootDemotion", "100"));
            assertEquals(100, karaf.engine.demotion());
            announceBoot(karaf.context());
            assertEquals(0, karaf.engine.demotion());
            karaf.engine.configure(Map.of("bootDemotion", "200"));
            assertEquals(0, karaf.engine.demotion());
        } finally {
            karaf.close();
        }
    }

    @Test
    void notDemotedInAContainerThatHasBooted() throws Exception {
        Container karaf = new Container(storage.resolve("karaf"), context -> {
            installFeaturesCore(context);
            announceBoot(context);
        });
        try {
            assertEquals(0, karaf.engine.demotion());
            assertFalse(karaf.events.stream().anyMatch(event -> event.startsWith("demotion")));
        } finally {
            karaf.close();
        }
    }

    /** On every start but the first Karaf knows its features at once, while the bundles are still coming up. */
    @Test
    void demotedUntilTheStartLevelIsReached() throws Exception {
        Container karaf = new Container(storage.resolve("karaf"), context -> {
            installFeaturesCore(context);
            announceBoot(context);
            rise(context, 80);
        });
        try {
            assertEquals(240, karaf.engine.demotion());
            rise(karaf.context(), 99);
            assertEquals(240, karaf.engine.demotion());
            rise(karaf.context(), 100);
            karaf.await("demotion 0");
            assertEquals(0, karaf.engine.demotion());
        } finally {
            karaf.close();
        }
    }

    @Test
    void aBootWhoseFeaturesFailIsSaid() throws Exception {
        Container karaf = new Container(storage.resolve("karaf"), BootTest::installFeaturesCore);
        try {
            List<Boolean> booting = new ArrayList<>();
            Boot boot = afterItsPatience(karaf, booting);
            Finding finding = karaf.engine.findings().get(0);
            assertEquals("boot", finding.code());
            assertTrue(finding.text().contains("Error installing boot features"), finding.text());
            assertTrue(finding.text().contains("bootDemotion = 0"), finding.text());
            assertEquals(List.of(true), booting, "it stays demoted");
            announceBoot(karaf.context());
            assertEquals(List.of(true, false), booting);
            assertEquals(List.of(), karaf.engine.findings());
            boot.close();
        } finally {
            karaf.close();
        }
    }

    @Test
    void aBootThatDoesNotReachItsStartLevelIsSaid() throws Exception {
        Container karaf = new Container(storage.resolve("karaf"), context -> {
            installFeaturesCore(context);
            announceBoot(context);
            rise(context, 80);
        });
        try {
            Boot boot = afterItsPatience(karaf, new ArrayList<>());
            String text = karaf.engine.findings().get(0).text();
            assertTrue(text.contains("its start level is 80 of 100"), text);
            boot.close();
            assertEquals(List.of(), karaf.engine.findings(), "whoever comes next says it again");
        } finally {
            karaf.close();
        }
    }

    private static Boot afterItsPatience(Container karaf, List<Boolean> booting) {
        VirtualTime time = new VirtualTime();
        Boot boot = new Boot(
                karaf.context(),
                new SimulatedLoop(time, 0, 0),
                Runnable::run,
                karaf.engine.nodeFindings(),
                booting::add);
        boot.open();
        time.advance(Boot.PATIENCE_NANOS - 1);
        assertEquals(List.of(), karaf.engine.findings());
        time.advance(1);
        return boot;
    }

    private static void rise(BundleContext context, int startLevel) throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        context.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(startLevel, event -> reached.countDown());
        reached.await();
    }

    private static void announceBoot(BundleContext context) {
        ServiceFactory<Object> any = new ServiceFactory<>() {
            @Override
            public Object getService(org.osgi.framework.Bundle bundle, ServiceRegistration<Object> registration) {
                return new Object();
            }

            @Override
            public void ungetService(
                    org.osgi.framework.Bundle bundle, ServiceRegistration<Object> registration, Object service) {}
        };
        context.registerService("org.apache.karaf.features.BootFinished", any, new Hashtable<String, Object>());
    }

    private static void installFeaturesCore(BundleContext context) throws Exception {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "org.apache.karaf.features.core");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        context.installBundle("memory:features", new ByteArrayInputStream(jar.toByteArray()));
    }
}
