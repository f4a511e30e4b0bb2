// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.carp.CarpEngine;
import io.carp.CarpState;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.inject.Inject;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/** Looks for the secret of a virtual host, and for the common one of a node, in all places that anybody may see. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SecretsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String OF_THE_HOST = "hostSecret4711";
    private static final String OF_THE_NODE = "nodeSecret4711";

    @Inject
    private BundleContext context;

    @Inject
    private CarpEngine engine;

    @Inject
    private ServiceComponentRuntime components;

    @Configuration
    public Option[] container() {
        return Containers.distribution();
    }

    @Before
    public void twoVirtualHosts() throws Exception {
        Etc.loopbackTransport();
        Etc.write("carp.engine.cfg", "pass = " + OF_THE_NODE);
        Etc.write("carp.vhost-own.cfg", Etc.host(1, "pass = " + OF_THE_HOST));
        List<String> inherits = Arrays.asList(Etc.host(2));
        Etc.write(
                "carp.vhost-inherits.cfg",
                inherits.stream().filter(line -> !line.startsWith("pass")).toArray(String[]::new));
        for (String name : List.of("own", "inherits")) {
            Lab.await(name + " runs", PATIENCE, () -> engine.virtualHost(name)
                    .filter(host -> host.state() == CarpState.MASTER)
                    .isPresent());
        }
    }

    @After
    public void noVirtualHost() throws Exception {
        for (String file : List.of("carp.vhost-own.cfg", "carp.vhost-inherits.cfg", "carp.engine.cfg")) {
            Etc.delete(file);
        }
    }

    @Test
    public void isNoServiceProperty() throws Exception {
        for (ServiceReference<?> service : context.getAllServiceReferences(null, null)) {
            secretIsNotIn(service.toString(), service.getProperties());
        }
    }

    @Test
    public void isNoComponentProperty() {
        int ours = 0;
        for (var component : components.getComponentDescriptionDTOs()) {
            ours += component.bundle.symbolicName.startsWith("io.carp") ? 1 : 0;
            secretIsNotIn(component.name, component.properties);
            for (var configured : components.getComponentConfigurationDTOs(component)) {
                secretIsNotIn(component.name, configured.properties);
            }
        }
        assertTrue("our components are looked at", ours > 3);
    }

    @Test
    public void isNoCapabilityAndNoHeader() {
        for (Bundle bundle : context.getBundles()) {
            for (var capability : bundle.adapt(BundleRevision.class).getCapabilities(null)) {
                secretIsNotIn(bundle.toString(), capability.getAttributes());
                secretIsNotIn(bundle.toString(), capability.getDirectives());
            }
            secretIsNotIn(
                    bundle.toString(), Collections.list(bundle.getHeaders().elements()));
        }
    }

    @Test
    public void isNoAttributeForJmx() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Set<String> read = new HashSet<>();
        for (ObjectName name : server.queryNames(null, null)) {
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                try {
                    Object value = server.getAttribute(name, attribute.getName());
                    secretIsNotIn(name + " " + attribute.getName(), value);
                    read.add(name.getKeyProperty("type") + " " + attribute.getName());
                } catch (JMException | RuntimeException e) {
                    continue; // This Java does not support it, or it is not readable.
                }
            }
        }
        assertTrue("these showed it: " + read, read.containsAll(List.of("service Services", "scr ComponentConfigs")));
    }

    /** The configuration must not reach a component, since DS publishes what a component is configured with. */
    @Test
    public void configuresNoComponent() throws Exception {
        int descriptions = 0;
        for (Bundle bundle : context.getBundles()) {
            boolean ours = String.valueOf(bundle.getSymbolicName()).startsWith("io.carp");
            var files = ours ? bundle.findEntries("OSGI-INF", "*.xml", true) : null;
            while (files != null && files.hasMoreElements()) {
                URL file = files.nextElement();
                String text;
                try (InputStream in = file.openStream()) {
                    text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
                descriptions++;
                secretIsNotIn(file.toString(), text);
                assertFalse(file.toString(), text.matches("(?s).*configuration-pid=\"[^\"]*carp\\.(vhost|engine).*"));
            }
        }
        assertTrue("our descriptions are read", descriptions > 5);
    }

    private static void secretIsNotIn(String where, Object what) {
        String text = text(what);
        for (String secret : List.of(OF_THE_HOST, OF_THE_NODE)) {
            if (text.contains(secret)) {
                throw new AssertionError("a secret is in " + where + ": " + text);
            }
        }
    }

    /** The text of an object and of all that is in it, arrays too. */
    private static String text(Object what) {
        if (what instanceof Dictionary<?, ?> dictionary) {
            return Collections.list(dictionary.elements()).stream()
                    .map(SecretsIT::text)
                    .toList()
                    .toString();
        }
        if (what instanceof Map<?, ?> map) {
            return map.values().stream().map(SecretsIT::text).toList().toString();
        }
        return what instanceof Object[] array ? Arrays.deepToString(array) : String.valueOf(what);
    }
}
