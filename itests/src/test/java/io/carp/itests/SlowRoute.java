// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.core.osgi.OsgiDefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A user's bundle with a route that takes its time to stop. */
public final class SlowRoute implements BundleActivator {
    static final int SECONDS = 15;
    static final String ROUTE_STARTED = "slow route: started";
    static final String ROUTE_STOPPED = "slow route: stopped";

    private CamelContext camel;

    @Override
    public void start(BundleContext context) throws Exception {
        camel = new OsgiDefaultCamelContext(context);
        camel.start();
        camel.addComponent("slow", new SlowComponent());
        camel.addRoutes(new Routes());
    }

    @Override
    public void stop(BundleContext context) {
        camel.stop();
    }

    static final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("master:web:slow:route").log("never");
        }
    }

    static final class SlowComponent extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
            return new SlowEndpoint(uri, this);
        }
    }

    static final class SlowEndpoint extends DefaultEndpoint {
        SlowEndpoint(String uri, SlowComponent component) {
            super(uri, component);
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new SlowConsumer(this, processor);
        }
    }

    static final class SlowConsumer extends DefaultConsumer {
        SlowConsumer(Endpoint endpoint, Processor processor) {
            super(endpoint, processor);
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            System.out.println(ROUTE_STARTED);
        }

        @Override
        protected void doStop() throws Exception {
            TimeUnit.SECONDS.sleep(SECONDS);
            super.doStop();
            System.out.println(ROUTE_STOPPED);
        }
    }
}
