// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import io.carp.CarpEvents;
import io.carp.CarpState;
import io.carp.Finding;
import io.carp.Reason;
import io.carp.VirtualHost;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.osgi.service.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log lines and events of this node, all by one thread: EventAdmin keeps the order per posting thread only, and logging
 * can block. Any thread may call; nothing here blocks the caller.
 */
public final class LogAndEvents {
    /** Operators look for this name, whatever class it happens in. */
    private static final Logger LOG = LoggerFactory.getLogger("io.carp");

    private final Executor thread;
    private final Consumer<Event> post;

    public LogAndEvents(Executor thread, Consumer<Event> post) {
        this.thread = thread;
        this.post = post;
    }

    /** The log line of a transition, as FreeBSD's kernel words it. */
    public void logTransition(VirtualHost host, CarpState from, CarpState to, Reason reason) {
        info("carp: " + subsystem(host) + ": " + from + " -> " + to + " (" + reason + ")");
    }

    /** The event of a transition, or of the present state for those who start after us. */
    public void postState(VirtualHost host, CarpState from, CarpState to, Reason reason, Instant at) {
        Map<String, Object> properties = about(host, at);
        properties.put(CarpEvents.STATE, to.name());
        properties.put(CarpEvents.STATE_PREVIOUS, from.name());
        properties.put(CarpEvents.REASON, reason.toString());
        properties.put(CarpEvents.REASON_CODE, reason.name());
        String topic =
                switch (to) {
                    case INIT -> CarpEvents.TOPIC_INIT;
                    case BACKUP -> CarpEvents.TOPIC_BACKUP;
                    case MASTER -> CarpEvents.TOPIC_MASTER;
                };
        post(new Event(topic, properties));
    }

    /** Something is wrong that an operator has to mend. */
    void fault(VirtualHost host, Finding finding) {
        error("carp: " + finding.text());
        postFinding(host, finding);
    }

    /** Something is doubtful, but stops nothing. */
    void doubt(VirtualHost host, Finding finding) {
        warn("carp: " + finding.text());
        postFinding(host, finding);
    }

    private void postFinding(VirtualHost host, Finding finding) {
        Map<String, Object> properties = about(host, finding.since());
        properties.put(CarpEvents.FINDING, finding.code());
        properties.put(CarpEvents.FINDING_TEXT, finding.text());
        post(new Event(CarpEvents.TOPIC_FINDING, properties));
    }

    /** The node-wide demotion changed. */
    public void demoted(int before, int after, String reason, Instant at) {
        info("carp: demoted by " + (after - before) + " to " + after + " (" + reason + ")");
        Map<String, Object> properties = new HashMap<>();
        properties.put(CarpEvents.DEMOTION, after);
        properties.put(CarpEvents.DEMOTION_PREVIOUS, before);
        properties.put(CarpEvents.REASON, reason);
        properties.put(CarpEvents.TIMESTAMP, at.toEpochMilli());
        post(new Event(CarpEvents.TOPIC_DEMOTION, properties));
    }

    private void post(Event event) {
        thread.execute(() -> {
            try {
                post.accept(event);
            } catch (RuntimeException e) {
                LOG.debug("carp: {} could not be posted; EventAdmin may be gone", event.getTopic(), e);
            }
        });
    }

    void info(String line) {
        thread.execute(() -> LOG.info(line));
    }

    public void warn(String line) {
        thread.execute(() -> LOG.warn(line));
    }

    public void error(String line) {
        thread.execute(() -> LOG.error(line));
    }

    /** {@code 7@eth0}. */
    static String subsystem(VirtualHost host) {
        return host.vhid() + "@" + host.networkInterface();
    }

    private static Map<String, Object> about(VirtualHost host, Instant at) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CarpEvents.NAME, host.name());
        properties.put(CarpEvents.VHID, host.vhid());
        properties.put(CarpEvents.INTERFACE, host.networkInterface());
        properties.put(CarpEvents.SUBSYSTEM, subsystem(host));
        properties.put(CarpEvents.TIMESTAMP, at.toEpochMilli());
        return properties;
    }
}
