// SPDX-License-Identifier: Apache-2.0
package io.carp.examples.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.core.osgi.OsgiDefaultCamelContext;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Ticks once a second, on the master of {@code web} only. The words {@code master:web:} are all that it takes.
 *
 * <p>The condition is for the first boot, when bundles may start in any order; it is registered once carp-camel runs.
 */
@Component(
        service = {},
        immediate = true,
        property = "osgi.ds.satisfying.condition.target=(osgi.condition.id=carp.camel)")
public final class TicksOnTheMaster {
    private final CamelContext camel;

    @Activate
    public TicksOnTheMaster(BundleContext context) throws Exception {
        camel = new OsgiDefaultCamelContext(context);
        camel.start(); // The start comes first, since a context made by hand forgets the routes that it had before.
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("master:web:timer:tick?period=1000&delay=0")
                        .routeId("ticks")
                        .log("tick ${exchangeProperty.CamelTimerCounter}");
            }
        });
    }

    @Deactivate
    void stop() {
        camel.stop();
    }
}
