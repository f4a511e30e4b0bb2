// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpEvents;
import io.carp.CarpState;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.VirtualHost;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.osgi.service.event.Event;

class FakeCarpEngineTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final FakeCarpEngine carp = new FakeCarpEngine("web", "db").clock(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void startsAsBackup() {
        assertEquals(
                List.of("db", "web"),
                carp.virtualHosts().stream().map(VirtualHost::name).toList());
        VirtualHost web = host("web");
        assertEquals(CarpState.BACKUP, web.state());
        assertEquals(1, web.vhid());
        assertEquals(2, host("db").vhid());
        assertTrue(carp.virtualHost("nowhere").isEmpty());
    }

    @Test
    void takeAndLose() {
        VirtualHost master = carp.take("web");
        assertEquals(CarpState.MASTER, master.state());
        assertEquals(Reason.MASTER_TIMED_OUT, master.reason());
        assertTrue(master.bound());
        assertTrue(carp.mastership("web").isPresent());
        assertTrue(carp.mastership("db").isEmpty());

        assertEquals(CarpState.INIT, carp.lose("web", Reason.LINK_DOWN).state());
        assertTrue(carp.mastership("web").isEmpty());
        assertEquals(Reason.LINK_DOWN, host("web").transitions().get(0).reason());
        assertFalse(host("web").bound());
        assertEquals(CarpState.MASTER, master.state(), "a view is a snapshot");
    }

    @Test
    void postsEveryPropertyOfATransition() {
        List<Event> events = new ArrayList<>();
        carp.postTo(events::add);
        carp.host("web").link(7, "eth1");
        carp.take("web");
        carp.take("web");
        assertEquals(1, events.size(), "already MASTER: nothing happens");
        assertEquals("io/carp/state/MASTER", events.get(0).getTopic());
        assertEquals(
                Map.of(
                        "carp.name", "web",
                        "carp.vhid", 7,
                        "carp.interface", "eth1",
                        "carp.state", "MASTER",
                        "carp.state.previous", "BACKUP",
                        "carp.reason", "master timed out",
                        "carp.reason.code", "MASTER_TIMED_OUT",
                        "carp.subsystem", "7@eth1",
                        "carp.generation", NOW.toEpochMilli() * 1000,
                        "timestamp", NOW.toEpochMilli()),
                properties(events.get(0)));
    }

    @Test
    void postsDemotionsAndFindings() {
        List<Event> events = new ArrayList<>();
        carp.postTo(events::add);
        carp.demote(240, "link down");
        carp.host("web").finding("address-in-use", "10.0.0.100 is someone else's");

        assertEquals(240, carp.demotion());
        assertEquals(240, host("web").effectiveAdvskew());
        assertEquals(
                Map.of(
                        "carp.demotion",
                        240,
                        "carp.demotion.previous",
                        0,
                        "carp.reason",
                        "link down",
                        "timestamp",
                        NOW.toEpochMilli()),
                properties(events.get(0)));
        assertEquals("io/carp/finding", events.get(1).getTopic());
        assertEquals("address-in-use", events.get(1).getProperty("carp.finding"));
        assertEquals("10.0.0.100 is someone else's", events.get(1).getProperty("carp.finding.text"));
        assertEquals("1@eth0", events.get(1).getProperty("carp.subsystem"));
    }

    @Test
    void hooksSeeTheOrderOfTheRealEngine() {
        List<String> diary = new ArrayList<>();
        carp.hook(new MastershipHook() {
                    @Override
                    public void acquiring(VirtualHost host) {
                        diary.add("acquiring, bound=" + host.bound());
                    }

                    @Override
                    public void released(VirtualHost host, Reason why) {
                        diary.add("released, bound=" + host.bound() + ", " + why);
                    }
                })
                .postTo(event -> diary.add(event.getTopic()));
        carp.take("web");
        carp.lose("web");
        assertEquals(
                List.of(
                        "acquiring, bound=false",
                        "io/carp/state/MASTER",
                        "released, bound=false, more frequent advertisement received",
                        "io/carp/state/BACKUP"),
                diary);
    }

    @Test
    void aHookThatThrowsHandsOver() {
        carp.hook(new MastershipHook() {
            @Override
            public void acquiring(VirtualHost host) throws Exception {
                throw new Exception("no database");
            }
        });
        assertEquals(
                "mastership was lost before the addresses were bound: action before mastership failed",
                failure(carp.takeOver("web")));
        assertEquals(
                "etc/carp.vhost-web.cfg: an action before mastership failed, so this node steps down:"
                        + " java.lang.Exception: no database",
                host("web").findings().get(0).text());
        assertTrue(carp.mastership("web").isEmpty());
    }

    @Test
    void askedForChangesAnswerWithTheirOutcome() {
        assertEquals("this node is BACKUP, only a MASTER can step down", failure(carp.stepDown("web")));
        VirtualHost master = carp.takeOver("web").toCompletableFuture().join();
        assertEquals(CarpState.MASTER, master.state());
        assertEquals(Reason.USER_REQUEST, master.reason());
        assertEquals("this node is MASTER, only a BACKUP can take over", failure(carp.takeOver("web")));
        assertEquals(
                CarpState.BACKUP,
                carp.stepDown("web").toCompletableFuture().join().state());
    }

    @Test
    void unknownNamesAreAnsweredWithTheKnownOnes() {
        for (Runnable asked : List.<Runnable>of(
                () -> carp.take("www"),
                () -> carp.stepDown("www"),
                () -> carp.takeOver("www"),
                () -> carp.lose("www"))) {
            String message =
                    assertThrows(IllegalArgumentException.class, asked::run).getMessage();
            assertEquals("no virtual host \"www\"; there are: db, web", message);
        }
    }

    @Test
    void aChangeAskedForFromWithinAHookFollowsTheOneUnderWay() {
        List<String> events = new ArrayList<>();
        carp.postTo(event -> events.add(event.getTopic()));
        carp.hook(new MastershipHook() {
            @Override
            public void acquiring(VirtualHost host) {
                carp.stepDown(host.name());
            }
        });
        carp.take("web");
        assertEquals(List.of("io/carp/state/MASTER", "io/carp/state/BACKUP"), events);
    }

    @Test
    void whatASubscriberThrowsComesWhenAllIsDoneAndLeavesNothingBehind() {
        List<String> events = new ArrayList<>();
        carp.postTo(event -> {
            events.add(event.getTopic());
            if (event.getTopic().equals(CarpEvents.TOPIC_MASTER)) {
                throw new AssertionError("not what was expected");
            }
        });
        carp.hook(new MastershipHook() {
            @Override
            public void acquiring(VirtualHost host) {
                carp.stepDown(host.name());
            }
        });
        assertEquals(
                "not what was expected",
                assertThrows(AssertionError.class, () -> carp.take("web")).getMessage());
        assertEquals(List.of("io/carp/state/MASTER", "io/carp/state/BACKUP"), events);
        events.clear();
        assertEquals(CarpState.INIT, carp.lose("web", Reason.LINK_DOWN).state());
        assertEquals(1, events.size(), "nothing of before");
    }

    @Test
    void aHostCanBeDressedUp() throws Exception {
        InetAddress peer = InetAddress.getByName("192.0.2.2");
        carp.host("web")
                .virtualIps("192.0.2.100")
                .interval(2, 100)
                .preempt(true)
                .peer(peer, 1, 0)
                .master(peer)
                .demotion(200, "disk full", "com.example.disk")
                .counter("badauth", 3)
                .configurationError("vhid = 0");
        VirtualHost web = host("web");
        assertEquals(240, web.effectiveAdvskew(), "clamped");
        assertEquals(peer, web.master().orElseThrow());
        assertEquals(NOW, web.peers().get(0).lastHeard());
        assertEquals(Map.of("badauth", 3L), web.counters());
        assertEquals("vhid = 0", web.configurationError().orElseThrow());
        assertTrue(carp.take("web").master().isEmpty(), "the master is us");
    }

    private VirtualHost host(String name) {
        return carp.virtualHost(name).orElseThrow();
    }

    private static String failure(CompletionStage<VirtualHost> stage) {
        CompletionException e = assertThrows(
                CompletionException.class, () -> stage.toCompletableFuture().join());
        return assertInstanceOf(RequestRefusedException.class, e.getCause()).getMessage();
    }

    private static Map<String, Object> properties(Event event) {
        Map<String, Object> properties = new HashMap<>();
        for (String name : event.getPropertyNames()) {
            if (!name.equals("event.topics")) {
                properties.put(name, event.getProperty(name));
            }
        }
        return properties;
    }
}
