// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.CarpEvents;
import io.carp.Finding;
import io.carp.Transition;
import io.carp.VirtualHost;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The content of one event, in the words of {@link CarpEvents}.
 *
 * @param properties plain strings and numbers
 */
public record EventContent(String topic, Map<String, Object> properties) {
    public EventContent {
        properties = Map.copyOf(properties);
    }

    /** The event of a transition. */
    public static EventContent of(VirtualHost host, Transition transition) {
        Map<String, Object> properties = about(host, transition.at());
        properties.put(CarpEvents.STATE, transition.to().name());
        properties.put(CarpEvents.STATE_PREVIOUS, transition.from().name());
        properties.put(CarpEvents.REASON, transition.reason().toString());
        properties.put(CarpEvents.REASON_CODE, transition.reason().name());
        properties.put(CarpEvents.GENERATION, host.generation());
        String topic =
                switch (transition.to()) {
                    case INIT -> CarpEvents.TOPIC_INIT;
                    case BACKUP -> CarpEvents.TOPIC_BACKUP;
                    case MASTER -> CarpEvents.TOPIC_MASTER;
                };
        return new EventContent(topic, properties);
    }

    /** The event of something that an operator should look at. */
    public static EventContent of(VirtualHost host, Finding finding) {
        Map<String, Object> properties = about(host, finding.since());
        properties.put(CarpEvents.FINDING, finding.code());
        properties.put(CarpEvents.FINDING_TEXT, finding.text());
        return new EventContent(CarpEvents.TOPIC_FINDING, properties);
    }

    /** The event of a new demotion of the whole node. */
    public static EventContent ofDemotion(int before, int after, String reason, Instant at) {
        return new EventContent(
                CarpEvents.TOPIC_DEMOTION,
                Map.of(
                        CarpEvents.DEMOTION, after,
                        CarpEvents.DEMOTION_PREVIOUS, before,
                        CarpEvents.REASON, reason,
                        CarpEvents.TIMESTAMP, at.toEpochMilli()));
    }

    /** {@code 7@eth0}. */
    public static String subsystem(VirtualHost host) {
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
