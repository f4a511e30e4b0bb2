// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.testing.FakeCarpEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Real Camel contexts, of the version on the class path, beside an engine in which the test says who is MASTER.
 */
class Routes extends InFramework {
    final Probe probe = new Probe();
    final FakeCarpEngine carp = new FakeCarpEngine("web", "db");
    CamelContexts contexts;
    private final List<CamelContext> made = new ArrayList<>();

    @BeforeEach
    void publish() {
        carp.publishTo(context).hook(new MastershipHook() {
            @Override
            public void released(VirtualHost host, Reason why) {
                probe.told.add("released " + host.name());
            }
        });
        contexts = new CamelContexts(context);
    }

    @AfterEach
    void end() {
        made.forEach(CamelContext::stop);
        contexts.deactivate();
    }

    /** A context that has not been started, with a route from each of these URIs, named like the URI. */
    CamelContext camel(String... uris) throws Exception {
        CamelContext camel = new DefaultCamelContext();
        made.add(camel);
        camel.addComponent("probe", probe);
        for (String uri : uris) {
            add(camel, uri);
        }
        return camel;
    }

    static void add(CamelContext camel, String uri) throws Exception {
        if (uri.startsWith("master:")) {
            // Camel 4 waits for five seconds by default, on other threads. Camel 3 has no such property.
            PropertyBindingSupport.build()
                    .withCamelContext(camel)
                    .withTarget(camel.getComponent("master"))
                    .withProperty("backOffDelay", "1")
                    .bind();
        }
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(uri).to("direct:nowhere");
            }
        });
    }

    /** Waits until exactly that has been told since the last call, and forgets it. */
    void told(String... expected) throws InterruptedException {
        assertEquals(List.of(expected), awaitTold(expected.length));
    }

    /** The same where the order does not matter. */
    void toldInAnyOrder(String... expected) throws InterruptedException {
        assertEquals(
                Stream.of(expected).sorted().toList(),
                awaitTold(expected.length).stream().sorted().toList());
    }

    private List<String> awaitTold(int lines) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (probe.told.size() < lines && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        List<String> told = List.copyOf(probe.told);
        probe.told.clear();
        return told;
    }
}
