// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.condition.Condition;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/** Uses the service registry of a real framework. */
class InFrameworkTest {
    @TempDir
    Path storage;

    private Framework framework;
    private BundleContext context;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        context = framework.getBundleContext();
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void registersOneObjectUnderBothNames() throws Exception {
        FakeCarpEngine carp = new FakeCarpEngine("web", "db").publishTo(context);
        carp.host("web").link(7, "eth1");
        carp.take("web");

        ServiceReference<?> reference = List.copyOf(context.getServiceReferences(Mastership.class, "(carp.name=web)"))
                .get(0);
        assertArrayEquals(new String[] {Mastership.class.getName(), Condition.class.getName()}, (String[])
                reference.getProperty(Constants.OBJECTCLASS));
        assertEquals("web", reference.getProperty("carp.name"));
        assertEquals(7, reference.getProperty("carp.vhid"));
        assertEquals("eth1", reference.getProperty("carp.interface"));
        assertEquals("carp.web.master", reference.getProperty("osgi.condition.id"));
        assertSame(carp.mastership("web").orElseThrow(), context.getService(reference));
        assertEquals(
                1,
                context.getServiceReferences(Condition.class, "(osgi.condition.id=carp.web.master)")
                        .size());

        carp.lose("web");
        assertNull(context.getServiceReference(Mastership.class));
        assertTrue(context.getServiceReferences(Condition.class, "(osgi.condition.id=carp.*)")
                .isEmpty());
    }

    @Test
    void callsTheHooksThatAreMeantInOrderOfRanking() {
        List<String> diary = new ArrayList<>();
        register(diary, "low", Map.of());
        register(diary, "high", Map.of("service.ranking", 10));
        register(diary, "db only", Map.of("carp.name", "db"));
        register(diary, "both", Map.of("service.ranking", -1, "carp.name", new String[] {"db", "web"}));

        FakeCarpEngine carp = new FakeCarpEngine("web", "db").publishTo(context);
        carp.take("web");
        assertEquals(List.of("high", "low", "both"), diary);
        diary.clear();
        carp.lose("web");
        assertEquals(
                List.of("high gone: Mastership=null", "low gone: Mastership=null", "both gone: Mastership=null"),
                diary);
    }

    @Test
    void postsToEventAdmin() {
        List<String> posted = new ArrayList<>();
        EventAdmin eventAdmin = new EventAdmin() {
            @Override
            public void postEvent(Event event) {
                posted.add(event.getTopic());
            }

            @Override
            public void sendEvent(Event event) {
                posted.add("sent, not posted");
            }
        };
        new FakeCarpEngine("web").postTo(eventAdmin).take("web");
        assertEquals(List.of("io/carp/state/MASTER"), posted);
    }

    private void register(List<String> diary, String name, Map<String, ?> properties) {
        MastershipHook hook = new MastershipHook() {
            @Override
            public void acquiring(VirtualHost host) {
                diary.add(name);
            }

            @Override
            public void released(VirtualHost host, Reason why) {
                diary.add(name + " gone: Mastership=" + context.getServiceReference(Mastership.class));
            }
        };
        context.registerService(MastershipHook.class, hook, new Hashtable<>(properties));
    }
}
