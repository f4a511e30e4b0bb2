// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.carp.CarpEvents;
import io.carp.Mastership;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/** What other bundles see while a virtual host becomes MASTER and gives up. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class MastershipIT extends InDistribution {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String CONDITION = "org.osgi.service.condition.Condition";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private ServiceRegistration<EventHandler> handler;

    @Before
    public void listenAndStart() throws Exception {
        Hashtable<String, Object> topics = new Hashtable<>();
        topics.put(EventConstants.EVENT_TOPIC, CarpEvents.TOPIC_STATES);
        topics.put(EventConstants.EVENT_FILTER, "(" + CarpEvents.NAME + "=web)");
        handler = context.registerService(
                EventHandler.class,
                event -> events.add(event.getProperty(CarpEvents.STATE_PREVIOUS) + " -> "
                        + event.getProperty(CarpEvents.STATE) + " (" + event.getProperty(CarpEvents.REASON) + ")"),
                topics);
        Etc.loopbackTransport();
        Lab.await("web is MASTER", PATIENCE, () -> {
            // FileInstall deletes the file of a configuration that went, and may find this one in the place of the
            // last.
            if (!Etc.exists("carp.vhost-web.cfg")) {
                Etc.write("carp.vhost-web.cfg", Etc.host(7));
            }
            return isMaster() && services() == 1;
        });
    }

    @After
    public void end() throws Exception {
        Etc.delete("carp.vhost-web.cfg");
        // It leaves the list as soon as it begins to end; its consumers have hookTimeout to let go.
        Lab.await(
                "web is gone, and Mastership with it",
                PATIENCE,
                () -> engine.virtualHosts().isEmpty() && services() == 0);
        // It is told a moment later, when the addresses are gone. Without this wait the next test would hear it.
        Lab.await("its end is told", PATIENCE, () -> events.stream()
                .anyMatch(event -> event.endsWith(" -> INIT (stopped)")));
        handler.unregister();
    }

    @Test
    public void mastershipIsAlsoTheStandardCondition() throws Exception {
        var reference = context.getServiceReferences(Mastership.class, "(carp.name=web)")
                .iterator()
                .next();
        assertEquals("carp.web.master", reference.getProperty(Mastership.CONDITION_ID));
        assertTrue(List.of((Object[]) reference.getProperty("objectClass")).contains(CONDITION));
    }

    @Test
    public void mastershipEndsWithTheMasterAndReturnsWithIt() throws Exception {
        engine.stepDown("web").toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertEquals("gone before the promise is kept", 0, services());
        Lab.await("nobody else is there, so web is MASTER again", PATIENCE, () -> isMaster() && services() == 1);
    }

    @Test
    public void eventsArriveInOrderWithTheirReasons() throws Exception {
        engine.stepDown("web").toCompletableFuture().get(20, TimeUnit.SECONDS);
        Lab.await("four transitions", PATIENCE, () -> transitions().size() >= 4);
        List<String> first = transitions();
        assertTrue(first.toString(), first.get(0).startsWith("INIT -> BACKUP ("));
        assertEquals("BACKUP -> MASTER (master timed out)", first.get(1));
        assertTrue(first.toString(), first.get(2).startsWith("MASTER -> BACKUP ("));
        assertEquals("BACKUP -> MASTER (master timed out)", first.get(3));
    }

    /** The transitions without the first event, which only tells the state at the start. */
    private List<String> transitions() {
        return events.stream()
                .filter(event -> !event.startsWith("INIT -> INIT"))
                .toList();
    }

    @Test
    public void theShellAnswers() throws Exception {
        String answer = Viewer.execute(sessions, "carp:status");
        assertTrue(answer, answer.contains("web") && answer.contains("MASTER"));
    }
}
