// SPDX-License-Identifier: Apache-2.0
package io.carp.examples;

import io.carp.CarpEvents;
import java.io.PrintStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;

/**
 * Prints every transition of every virtual host with its reason: {@code 7@eth0: BACKUP -> MASTER (master timed out)}.
 */
@Component(property = "event.topics=" + CarpEvents.TOPIC_STATES)
public final class TransitionPrinter implements EventHandler {
    private final PrintStream out;

    @Activate
    public TransitionPrinter() {
        this(System.out);
    }

    TransitionPrinter(PrintStream out) {
        this.out = out;
    }

    @Override
    public void handleEvent(Event event) {
        out.println(event.getProperty(CarpEvents.SUBSYSTEM) + ": " + event.getProperty(CarpEvents.STATE_PREVIOUS)
                + " -> " + event.getProperty(CarpEvents.STATE) + " (" + event.getProperty(CarpEvents.REASON) + ")");
    }
}
