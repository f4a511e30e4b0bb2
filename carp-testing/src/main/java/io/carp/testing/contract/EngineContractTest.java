// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpEngine;
import io.carp.CarpEvents;
import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.event.Event;

/**
 * What consumers see of every {@link CarpEngine}: the order of hooks, services and events. The engine and its fake both
 * pass this test, so what a consumer's test shows with the fake is also true of the engine.
 *
 * <p>There is one virtual host, {@code web}. It is BACKUP and stays so until it is asked to take over.
 */
public abstract class EngineContractTest {
    private static final int PATIENCE_SECONDS = 60;

    private final List<String> diary = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> events = new CopyOnWriteArrayList<>();

    /** The context of the framework in which the engine looks for hooks and registers its services. */
    protected abstract BundleContext context();

    protected abstract CarpEngine engine();

    /** Takes the link of {@code web} away. */
    protected abstract void linkDown();

    /** Has to be called with each event that the engine posts. */
    protected final void posted(Event event) {
        Map<String, Object> properties = new HashMap<>();
        for (String name : event.getPropertyNames()) {
            properties.put(name, event.getProperty(name));
        }
        String state = String.valueOf(properties.get(CarpEvents.STATE));
        if (event.getTopic().equals(CarpEvents.TOPIC_FINDING)) {
            diary.add("finding " + properties.get(CarpEvents.FINDING));
        } else if (state.equals("MASTER") || "MASTER".equals(properties.get(CarpEvents.STATE_PREVIOUS))) {
            events.add(properties);
            diary.add("event " + state + ", " + properties.get(CarpEvents.REASON_CODE));
        }
    }

    @Test
    final void aMastershipThatIsTakenAndGivenUp() throws Exception {
        hook("low", 1, host -> {});
        hook("high", 2, host -> {});
        watchMastership();
        get(engine().takeOver("web"));
        expect(
                "acquiring high, MASTER false",
                "acquiring low, MASTER false",
                "REGISTERED",
                "event MASTER, USER_REQUEST");
        assertTrue(web().bound());
        get(engine().stepDown("web"));
        expect(
                "UNREGISTERING",
                "released high, BACKUP false, USER_REQUEST",
                "released low, BACKUP false, USER_REQUEST",
                "event BACKUP, USER_REQUEST");
    }

    @Test
    final void aMastershipThatIsLost() throws Exception {
        hook("one", 1, host -> {});
        watchMastership();
        get(engine().takeOver("web"));
        expect("acquiring one, MASTER false", "REGISTERED", "event MASTER, USER_REQUEST");
        linkDown();
        expect("UNREGISTERING", "released one, INIT false, LINK_DOWN", "event INIT, LINK_DOWN");
    }

    @Test
    final void aHookThatFailsHandsOverAndIsToldTheEnd() throws Exception {
        hook("failing", 2, host -> {
            throw new IllegalStateException("no database");
        });
        hook("behind", 1, host -> {});
        watchMastership();
        assertEquals(Refusal.LOST, refusal(engine().takeOver("web")));
        expect(
                "acquiring failing, MASTER false",
                "finding before-action",
                "released failing, BACKUP false, BEFORE_ACTION_FAILED",
                "released behind, BACKUP false, BEFORE_ACTION_FAILED",
                "event MASTER, USER_REQUEST",
                "event BACKUP, BEFORE_ACTION_FAILED");
        assertEquals(
                List.of("before-action"),
                web().findings().stream().map(f -> f.code()).toList());
        assertEquals(Reason.BEFORE_ACTION_FAILED, web().reason());
    }

    @Test
    final void anErrorLeavesNothingBehind() throws Exception {
        hook("one", 1, host -> {
            if (events.isEmpty()) {
                throw new NoClassDefFoundError("com/example/Missing");
            }
        });
        assertEquals(Refusal.LOST, refusal(engine().takeOver("web")));
        expect(
                "acquiring one, MASTER false",
                "finding before-action",
                "released one, BACKUP false, BEFORE_ACTION_FAILED",
                "event MASTER, USER_REQUEST",
                "event BACKUP, BEFORE_ACTION_FAILED");
        watchMastership();
        get(engine().takeOver("web"));
        expect("acquiring one, MASTER false", "REGISTERED", "event MASTER, USER_REQUEST");
        assertEquals(List.of(), web().findings());
        get(engine().stepDown("web"));
        expect("UNREGISTERING", "released one, BACKUP false, USER_REQUEST", "event BACKUP, USER_REQUEST");
    }

    @Test
    final void whoStepsDownWithinAHookNeverServes() throws Exception {
        hook("leaving", 1, host -> engine().stepDown("web"));
        watchMastership();
        engine().takeOver("web");
        expect(
                "acquiring leaving, MASTER false",
                "released leaving, BACKUP false, USER_REQUEST",
                "event MASTER, USER_REQUEST",
                "event BACKUP, USER_REQUEST");
    }

    @Test
    final void oneServiceUnderTwoNames() throws Exception {
        get(engine().takeOver("web"));
        expect("event MASTER, USER_REQUEST");
        Collection<ServiceReference<Mastership>> all =
                context().getServiceReferences(Mastership.class, "(carp.name=web)");
        ServiceReference<Mastership> reference = all.iterator().next();
        assertArrayEquals(new String[] {"io.carp.Mastership", "org.osgi.service.condition.Condition"}, (String[])
                reference.getProperty(Constants.OBJECTCLASS));
        assertEquals(web().vhid(), reference.getProperty(Mastership.VHID));
        assertEquals(web().networkInterface(), reference.getProperty(Mastership.INTERFACE));
        assertEquals("carp.web.master", reference.getProperty(Mastership.CONDITION_ID));
        assertEquals(web().generation(), reference.getProperty(Mastership.GENERATION));
    }

    @Test
    final void eachMastershipHasAGreaterGeneration() throws Exception {
        assertEquals(0, web().generation());
        long before = 0;
        for (int i = 0; i < 3; i++) {
            long master = get(engine().takeOver("web")).generation();
            assertTrue(master > before, master + " after " + before);
            assertEquals(master, get(engine().stepDown("web")).generation(), "of the latest");
            before = master;
        }
    }

    @Test
    final void anEventHasAllItsProperties() throws Exception {
        get(engine().takeOver("web"));
        expect("event MASTER, USER_REQUEST");
        Map<String, Object> expected = new HashMap<>();
        expected.put("event.topics", CarpEvents.TOPIC_MASTER);
        expected.put(CarpEvents.NAME, "web");
        expected.put(CarpEvents.VHID, web().vhid());
        expected.put(CarpEvents.INTERFACE, web().networkInterface());
        expected.put(CarpEvents.SUBSYSTEM, web().vhid() + "@" + web().networkInterface());
        expected.put(CarpEvents.STATE, "MASTER");
        expected.put(CarpEvents.STATE_PREVIOUS, "BACKUP");
        expected.put(CarpEvents.REASON, "user requested");
        expected.put(CarpEvents.REASON_CODE, "USER_REQUEST");
        expected.put(CarpEvents.GENERATION, web().generation());
        expected.put(CarpEvents.TIMESTAMP, web().since().toEpochMilli());
        assertEquals(expected, events.get(0));
    }

    @Test
    final void aListenerIsToldThePresentStateThenEveryTransition() throws Exception {
        ListenerDiary early = new ListenerDiary();
        ListenerDiary late = new ListenerDiary();
        listen(early, Map.of());
        listen(late, Map.of(VirtualHostListener.NAME, "another"));
        early.expect("present BACKUP");
        get(engine().takeOver("web"));
        early.expect("BACKUP -> MASTER (user requested), MASTER");
        ServiceRegistration<?> registration =
                listen(late, Map.of(VirtualHostListener.NAME, new String[] {"web", "another"}));
        late.expect("present MASTER");
        get(engine().stepDown("web"));
        early.expect("MASTER -> BACKUP (user requested), BACKUP");
        late.expect("MASTER -> BACKUP (user requested), BACKUP");
        registration.unregister();
        linkDown();
        early.expect("BACKUP -> INIT (hardware interface down), INIT");
        late.expect();
    }

    private ServiceRegistration<?> listen(VirtualHostListener listener, Map<String, Object> properties) {
        return context().registerService(VirtualHostListener.class, listener, new Hashtable<>(properties));
    }

    @Test
    final void whatCannotBeIsRefused() throws Exception {
        assertEquals(Refusal.NOT_MASTER, refusal(engine().stepDown("web")));
        get(engine().takeOver("web"));
        assertEquals(Refusal.NOT_BACKUP, refusal(engine().takeOver("web")));
        for (String asked : List.of("www", "")) {
            String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> engine().takeOver(asked))
                    .getMessage());
            assertTrue(message.contains("web"), message);
        }
    }

    /** Something that a hook does before the addresses come up. */
    private interface Acquiring {
        void of(VirtualHost host) throws Exception;
    }

    private void hook(String name, int ranking, Acquiring acquiring) {
        MastershipHook hook = new MastershipHook() {
            @Override
            public void acquiring(VirtualHost host) throws Exception {
                diary.add("acquiring " + name + ", " + host.state() + " " + host.bound());
                acquiring.of(host);
            }

            @Override
            public void released(VirtualHost host, Reason why) {
                diary.add("released " + name + ", " + host.state() + " " + host.bound() + ", " + why.name());
                throw new IllegalStateException("logged, nothing else");
            }
        };
        context()
                .registerService(
                        MastershipHook.class, hook, new Hashtable<>(Map.of(Constants.SERVICE_RANKING, ranking)));
    }

    private void watchMastership() throws Exception {
        context()
                .addServiceListener(
                        event -> diary.add(event.getType() == ServiceEvent.REGISTERED ? "REGISTERED" : "UNREGISTERING"),
                        "(objectClass=io.carp.Mastership)");
    }

    /** All that has happened since the last call. Findings are told by a thread of their own, whatever hooks do meanwhile. */
    private void expect(String... entries) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (diary.size() < entries.length && System.nanoTime() - end < 0) {
            Thread.sleep(5);
        }
        assertEquals(findingsFirst(List.of(entries)), findingsFirst(diary));
        diary.clear();
    }

    private static List<String> findingsFirst(List<String> entries) {
        Comparator<String> order = Comparator.comparing(entry -> !entry.startsWith("finding "));
        return entries.stream().sorted(order).toList();
    }

    private VirtualHost web() {
        return engine().virtualHost("web").orElseThrow();
    }

    private static VirtualHost get(CompletionStage<VirtualHost> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletionStage<VirtualHost> stage) {
        Throwable failure =
                assertThrows(ExecutionException.class, () -> get(stage)).getCause();
        return assertInstanceOf(RequestRefusedException.class, failure).refusal();
    }
}
