// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import io.netty.channel.ChannelHandlerContext;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.core.osgi.OsgiDefaultCamelContext;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * A user's route, which echoes what it is told over TCP and names the kind of Netty channel through which that came.
 */
public final class CamelEcho implements BundleActivator {
    static final int PORT = 7008;
    static final String[] IMPORTS = {
        "io.netty.channel;version=\"[4.1.100,5)\"",
        "org.apache.camel",
        "org.apache.camel.builder",
        "org.apache.camel.core.osgi",
        "org.apache.camel.model",
        "org.apache.camel.spi"
    };

    private CamelContext camel;

    @Override
    public void start(BundleContext context) throws Exception {
        camel = new OsgiDefaultCamelContext(context);
        camel.start();
        camel.addRoutes(new Routes());
    }

    @Override
    public void stop(BundleContext context) {
        camel.stop();
    }

    static final class Routes extends RouteBuilder {
        @Override
        public void configure() {
            from("netty:tcp://0.0.0.0:" + PORT + "?textline=true&sync=true&nativeTransport=true")
                    .process(Routes::say);
        }

        private static void say(Exchange exchange) {
            ChannelHandlerContext by =
                    exchange.getMessage().getHeader("CamelNettyChannelHandlerContext", ChannelHandlerContext.class);
            String channel = by.channel().getClass().getSimpleName();
            exchange.getMessage().setBody(exchange.getMessage().getBody(String.class) + " by " + channel);
        }
    }
}
