// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/** The component {@code probe:<name>}: its consumers only tell that they start and stop. */
final class Probe extends DefaultComponent {
    /** What happened, in order, such as {@code started a} or {@code stopped a}, and what the test adds. */
    final List<String> told = new CopyOnWriteArrayList<>();

    /** When the latest consumer had started, by the nanosecond clock. */
    volatile long startedAt;

    /** The class loader of the thread on which it started. */
    volatile ClassLoader loader;

    @Override
    protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
        return new DefaultEndpoint(uri, this) {
            @Override
            public Producer createProducer() {
                throw new UnsupportedOperationException("nothing can be sent to " + uri);
            }

            @Override
            public Consumer createConsumer(Processor processor) {
                return new Telling(this, processor, name);
            }
        };
    }

    private final class Telling extends DefaultConsumer {
        private final String name;

        Telling(Endpoint endpoint, Processor processor, String name) {
            super(endpoint, processor);
            this.name = name;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            startedAt = System.nanoTime();
            loader = Thread.currentThread().getContextClassLoader();
            told.add("started " + name);
        }

        @Override
        protected void doStop() throws Exception {
            super.doStop();
            told.add("stopped " + name);
        }
    }
}
