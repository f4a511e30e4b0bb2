// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.cluster.AbstractCamelClusterService;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceRegistration;

/** Which Camel contexts get a cluster service, and for how long. */
class CamelContextsTest extends Routes {
    @Test
    void aContextThatRunsAlreadyAndIsAService() throws Exception {
        contexts.deactivate();
        CamelContext camel = camel();
        camel.start();
        ServiceRegistration<CamelContext> published = context.registerService(CamelContext.class, camel, null);
        assertEquals(Set.of(), services(camel));

        contexts = new CamelContexts(context);
        carp.take("web");
        add(camel, "master:web:probe:a");
        told("started a");
        published.unregister();
        carp.lose("web");
        told("stopped a", "released web");
    }

    @Test
    void aContextOfSomebodyWhoWaitedForTheCondition() throws Exception {
        contexts.deactivate();
        CamelContext[] made = new CamelContext[1];
        context.addServiceListener(
                event -> {
                    if (event.getType() == ServiceEvent.REGISTERED) {
                        made[0] = new DefaultCamelContext();
                        made[0].start();
                    }
                },
                "(osgi.condition.id=carp.camel)");
        assertNull(made[0]);
        contexts = new CamelContexts(context);
        assertEquals(1, services(made[0]).size());
        made[0].stop();
        contexts.deactivate();
        assertNull(context.getServiceReferences((String) null, "(osgi.condition.id=carp.camel)"));
        contexts = new CamelContexts(context);
    }

    @Test
    void goesOnWithoutTheBundleAndWithItsNextLife() throws Exception {
        CamelContext camel = camel("master:web:probe:a");
        camel.start();
        context.registerService(CamelContext.class, camel, null);
        CamelClusterService before = services(camel).iterator().next();
        carp.take("web");
        told("started a");

        contexts.deactivate();
        carp.lose("web");
        told("stopped a", "released web");
        carp.take("web");
        told("started a");
        CamelContext without = camel();
        without.start();
        assertEquals(Set.of(), services(without));

        int strategies = camel.getLifecycleStrategies().size();
        contexts = new CamelContexts(context);
        assertEquals(Set.of(before), services(camel));
        assertEquals(strategies, camel.getLifecycleStrategies().size());
        carp.lose("web");
        told("stopped a", "released web");
    }

    @Test
    void aContextThatIsStartedAgain() throws Exception {
        CamelContext camel = camel();
        camel.start();
        CamelClusterService first = services(camel).iterator().next();
        camel.stop();
        assertSame(false, first.isLeader("web"));
        camel.start();
        assertEquals(1, services(camel).size());
        camel.addComponent("probe", probe);
        carp.take("web");
        add(camel, "master:web:probe:a");
        told("started a");
    }

    @Test
    void notAContextThatHasAnotherOne() throws Exception {
        for (boolean early : new boolean[] {true, false}) {
            CamelContext camel = camel();
            Other other = new Other();
            if (early) {
                camel.addService(other);
            }
            camel.start();
            if (!early) {
                assertInstanceOf(
                        MastershipClusterService.class,
                        services(camel).iterator().next());
                camel.addService(other);
            }
            assertEquals(Set.of(other), services(camel));
        }
    }

    private static Set<CamelClusterService> services(CamelContext camel) {
        return camel.hasServices(CamelClusterService.class);
    }

    private static final class Other extends AbstractCamelClusterService<MastershipView> {
        @Override
        protected MastershipView createView(String namespace) {
            throw new UnsupportedOperationException(namespace);
        }
    }
}
