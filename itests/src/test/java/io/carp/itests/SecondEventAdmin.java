// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/** A user's bundle with an EventAdmin that is preferred to Karaf's, and only writes down the topics. */
public final class SecondEventAdmin implements BundleActivator {
    static final String FILE = "second-event-admin";

    @Override
    public void start(BundleContext context) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Constants.SERVICE_RANKING, 100);
        context.registerService(EventAdmin.class, new Topics(), properties);
    }

    @Override
    public void stop(BundleContext context) {
        // The service ends with the bundle.
    }

    /** A line for each event of CARP. */
    static final class Topics implements EventAdmin {
        @Override
        public void postEvent(Event event) {
            if (event.getTopic().startsWith("io/carp/")) {
                sendEvent(event);
            }
        }

        @Override
        public synchronized void sendEvent(Event event) {
            Path file = Path.of(System.getProperty("karaf.base"), FILE);
            try {
                Files.writeString(file, event.getTopic() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
