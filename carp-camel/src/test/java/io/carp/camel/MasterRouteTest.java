// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.cluster.ClusteredRoutePolicy;
import org.junit.jupiter.api.Test;

/** When the routes of a virtual host run, and when they do not. */
class MasterRouteTest extends Routes {
    @Test
    void onTheMasterOnlyAndStoppedBeforeTheAddressIsReleased() throws Exception {
        CamelContext camel = camel("master:web:probe:a");
        camel.start();
        told();
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        ClassLoader strange = new ClassLoader(usual) {};
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().setContextClassLoader(strange);
            carp.take("web");
            assertSame(strange, Thread.currentThread().getContextClassLoader());
            Thread.currentThread().setContextClassLoader(usual);
            told("started a");
            assertSame(camel.getApplicationContextClassLoader(), probe.loader);
            carp.lose("web");
            told("stopped a", "released web");
        }
    }

    @Test
    void inTheMomentOfTheRegistration() throws Exception {
        CamelContext camel = camel("master:web:probe:a");
        assertEquals(System.getProperty("camel.version"), camel.getVersion());
        camel.start();
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            carp.take("web");
            told("started a");
            double millis = (probe.startedAt - start) / 1e6;
            System.out.printf(
                    Locale.ROOT, "Camel %s: started %.1f ms after the registration%n", camel.getVersion(), millis);
            carp.lose("web");
            told("stopped a", "released web");
        }
    }

    @Test
    void ofAContextThatStartsOnTheMaster() throws Exception {
        carp.take("web");
        CamelContext camel = camel("master:web:probe:a");
        camel.start();
        told("started a");
        carp.lose("web");
        told("stopped a", "released web");
    }

    @Test
    void eachWithItsVirtualHostInEveryContext() throws Exception {
        camel("master:web:probe:a", "master:db:probe:b").start();
        camel("master:web:probe:c").start();
        carp.take("db");
        told("started b");
        carp.lose("db");
        told("stopped b", "released db");
        camel("master:db:probe:d").start();
        carp.take("db");
        toldInAnyOrder("started b", "started d");
    }

    @Test
    void untilTheContextStops() throws Exception {
        CamelContext camel = camel("master:web:probe:a");
        camel.start();
        carp.take("web");
        told("started a");
        camel.stop();
        told("stopped a");
        carp.lose("web");
        carp.take("web");
        told("released web");
    }

    @Test
    void untilTheRouteIsStoppedByHandAndAgainWhenItIsStarted() throws Exception {
        CamelContext camel = camel("master:web:probe:a", "master:web:probe:b");
        camel.start();
        camel.getRouteController().stopRoute("master:web:probe:a");
        camel.getRouteController().stopRoute("master:web:probe:b");
        carp.take("web");
        told();
        camel.getRouteController().startRoute("master:web:probe:b");
        told("started b");
        carp.lose("web");
        told("stopped b", "released web");
        camel.getRouteController().startRoute("master:web:probe:a");
        told();
        camel.getRouteController().stopRoute("master:web:probe:b");
        carp.take("web");
        told("started a");
    }

    @Test
    void wholeRoutesByAPolicyInTheMomentOfTheRegistration() throws Exception {
        CamelContext camel = camel();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                from("probe:a")
                        .routeId("a")
                        .routePolicy(ClusteredRoutePolicy.forNamespace("web"))
                        .to("direct:nowhere");
            }
        });
        camel.start();
        told();
        carp.take("web");
        told("started a");
        carp.lose("web");
        told("stopped a", "released web");
        assertSame(ServiceStatus.Stopped, camel.getRouteController().getRouteStatus("a"));
    }
}
