// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.consumers.VirtualHostView;
import io.carp.consumers.VirtualHostView.FindingView;
import io.carp.host.SteppedHost;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.event.Event;

/** The contract with subscribers, as they would write it down: topics and properties in full. */
class LogAndEventsTest {
    private static final Instant AT = Instant.ofEpochMilli(1_234_567);

    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final List<Event> posted = new ArrayList<>();
    private final LogAndEvents notices = new LogAndEvents(queue::add, posted::add);

    private static VirtualHostView host() throws ConfigurationRefused {
        return new SteppedHost().runner.snapshot();
    }

    private void run() {
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
    }

    private Map<String, Object> onlyOne(String topic) {
        assertEquals(List.of(), posted, "nothing on the caller's thread");
        run();
        assertEquals(1, posted.size());
        assertEquals(topic, posted.get(0).getTopic());
        Map<String, Object> properties = new HashMap<>();
        for (String name : posted.get(0).getPropertyNames()) {
            properties.put(name, posted.get(0).getProperty(name));
        }
        properties.remove("event.topics");
        return properties;
    }

    @Test
    void aTransition() throws Exception {
        notices.postState(host(), CarpState.BACKUP, CarpState.MASTER, Reason.MASTER_TIMED_OUT, AT);
        assertEquals(
                Map.ofEntries(
                        Map.entry("carp.name", "web"),
                        Map.entry("carp.vhid", 7),
                        Map.entry("carp.interface", "eth0"),
                        Map.entry("carp.subsystem", "7@eth0"),
                        Map.entry("carp.state", "MASTER"),
                        Map.entry("carp.state.previous", "BACKUP"),
                        Map.entry("carp.reason", "master timed out"),
                        Map.entry("carp.reason.code", "MASTER_TIMED_OUT"),
                        Map.entry("carp.generation", 0L),
                        Map.entry("timestamp", 1_234_567L)),
                onlyOne("io/carp/state/MASTER"));
    }

    @Test
    void topicsByState() throws Exception {
        for (CarpState state : CarpState.values()) {
            notices.postState(host(), CarpState.INIT, state, Reason.STARTING, AT);
        }
        run();
        assertEquals(
                List.of("io/carp/state/INIT", "io/carp/state/BACKUP", "io/carp/state/MASTER"),
                posted.stream().map(Event::getTopic).toList());
    }

    @Test
    void aFinding() throws Exception {
        notices.fault(host(), new FindingView("addresses", "what is wrong", AT));
        assertEquals(
                Map.of(
                        "carp.name", "web",
                        "carp.vhid", 7,
                        "carp.interface", "eth0",
                        "carp.subsystem", "7@eth0",
                        "carp.finding", "addresses",
                        "carp.finding.text", "what is wrong",
                        "timestamp", 1_234_567L),
                onlyOne("io/carp/finding"));
    }

    @Test
    void aDemotion() {
        notices.demoted(0, 240, "eth0 down", AT);
        assertEquals(
                Map.of(
                        "carp.demotion",
                        240,
                        "carp.demotion.previous",
                        0,
                        "carp.reason",
                        "eth0 down",
                        "timestamp",
                        1_234_567L),
                onlyOne("io/carp/demotion"));
    }

    @Test
    void anEventAdminThatIsGoneIsNoFailure() throws Exception {
        LogAndEvents orphaned = new LogAndEvents(Runnable::run, event -> {
            throw new IllegalStateException("expected by this test");
        });
        orphaned.postState(host(), CarpState.MASTER, CarpState.INIT, Reason.STOPPED, AT);
    }
}
