// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpEvents;
import io.carp.CarpState;
import io.carp.Finding;
import io.carp.VirtualHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.service.event.Event;

/**
 * The events as the real engine posts them, every property included. Without a subscriber none is made: then the event
 * types need not be on the class path.
 */
final class Events {
    private final List<Consumer<Event>> subscribers = new CopyOnWriteArrayList<>();

    void subscribe(Consumer<Event> subscriber) {
        subscribers.add(subscriber);
    }

    void state(VirtualHost host, CarpState before, long millis) {
        Map<String, Object> properties = about(host, millis);
        properties.put(CarpEvents.STATE, host.state().name());
        properties.put(CarpEvents.STATE_PREVIOUS, before.name());
        properties.put(CarpEvents.REASON, host.reason().toString());
        properties.put(CarpEvents.REASON_CODE, host.reason().name());
        post(CarpEvents.TOPIC_PREFIX + "state/" + host.state().name(), properties);
    }

    void finding(VirtualHost host, Finding finding) {
        Map<String, Object> properties = about(host, finding.since().toEpochMilli());
        properties.put(CarpEvents.FINDING, finding.code());
        properties.put(CarpEvents.FINDING_TEXT, finding.text());
        post(CarpEvents.TOPIC_FINDING, properties);
    }

    void demotion(int before, int after, String reason, long millis) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CarpEvents.DEMOTION_PREVIOUS, before);
        properties.put(CarpEvents.DEMOTION, after);
        properties.put(CarpEvents.REASON, reason);
        properties.put(CarpEvents.TIMESTAMP, millis);
        post(CarpEvents.TOPIC_DEMOTION, properties);
    }

    private void post(String topic, Map<String, Object> properties) {
        for (Consumer<Event> subscriber : subscribers) {
            subscriber.accept(new Event(topic, properties));
        }
    }

    private static Map<String, Object> about(VirtualHost host, long millis) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CarpEvents.NAME, host.name());
        properties.put(CarpEvents.VHID, host.vhid());
        properties.put(CarpEvents.INTERFACE, host.networkInterface());
        properties.put(CarpEvents.SUBSYSTEM, host.vhid() + "@" + host.networkInterface());
        properties.put(CarpEvents.TIMESTAMP, millis);
        return properties;
    }
}
