// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static java.net.StandardProtocolFamily.INET6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Transport.Link;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One runner in virtual time, with a transport and a binder that misbehave. */
class VirtualHostRunnerTest {
    private SteppedHost on;
    private VirtualHostRunner runner;

    @BeforeEach
    void runner() throws ConfigurationRefused {
        on = new SteppedHost();
        runner = on.runner;
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private VirtualHostView view() {
        return runner.snapshot();
    }

    @Test
    void fromTheStartToTheEnd() {
        on.master();
        assertEquals(MASTER, view().state());
        assertTrue(view().bound());
        CompletableFuture<Void> end = CompletableFuture.supplyAsync(runner::close, on.node.loop::execute)
                .thenCompose(closed -> closed);
        on.letGo();
        assertTrue(end.isDone() && on.closed && on.doors.isEmpty());
        int sent = on.sent;
        on.node.pass(60 * SECOND);
        assertEquals(sent, on.sent, "nothing is sent after the end");
        assertEquals(
                List.of(
                        "INIT (starting)",
                        "BACKUP (initialization complete)",
                        "MASTER (master timed out)",
                        "INIT (stopped)"),
                on.events);
        on.onLoop(runner::end);
        on.onLoop(() -> runner.demotions(240, List.of()));
        on.node.pass(60 * SECOND);
        assertEquals(sent, on.sent);
    }

    @Test
    void toldOnceTheHooksAreThrough() {
        on.master();
        on.node.afterwards = () -> {
            assertFalse(runner.whenTold().isDone());
            return "";
        };
        CompletableFuture<Void> told = CompletableFuture.supplyAsync(runner::close, on.node.loop::execute)
                .thenCompose(closed -> closed)
                .thenCompose(closed -> runner.whenTold());
        on.letGo();
        assertTrue(told.isDone());
        assertTrue(on.node.diary().contains("released"));
    }

    // --- a transport that misbehaves

    @Test
    void aTransportThatReportsTheLinkFromWithinItsSend() {
        on.open();
        on.onSend = () -> {
            on.onSend = () -> {};
            on.door().listener.link(Link.DOWN, "no carrier");
        };
        on.node.pass(10 * SECOND);
        assertEquals(INIT, view().state());
        assertEquals(
                List.of(
                        "INIT (starting)",
                        "BACKUP (initialization complete)",
                        "MASTER (master timed out)",
                        "INIT (hardware interface down)"),
                on.events);
        assertFalse(view().bound());
        List<String> diary = on.node.diary();
        assertEquals(
                diary.stream().filter("bind"::equals).count(),
                diary.stream().filter("unbind"::equals).count());
    }

    @Test
    void aTransportThatThrowsCostsNoTimer() {
        on.onSend = () -> {
            throw new IllegalStateException("expected by this test");
        };
        on.master();
        int sent = on.sent;
        on.node.pass(10 * SECOND);
        assertEquals(sent + 10, on.sent);
        assertEquals(2, on.findings.size(), "each once: " + on.findings);
        assertTrue(on.findings.get(0).startsWith("etc/web.cfg: the transport failed"), on.findings.get(0));
        assertTrue(on.findings
                .get(1)
                .endsWith("three advertisements in a row did not leave: IPv4 (EIO: Input/output error)"));
        assertEquals(sent + 10, view().counters().get("sendErrors"));
    }

    @Test
    void aTransportThatCannotServeTheFamilySaysSoAndIsAskedAgain() throws ConfigurationRefused {
        on.onOpen = () -> {
            throw new IllegalArgumentException("no IPv4 here");
        };
        on.node.loop.execute(runner::open);
        on.node.settle();
        assertEquals(INIT, view().state());
        assertEquals(Reason.INTERFACE_UNUSABLE, view().reason());
        assertTrue(view().detail().contains("no IPv4 here"), view().detail());
        on.onOpen = () -> {};
        VirtualHostConfig edited = SteppedHost.config("advskew", "1");
        on.onLoop(() -> runner.reconfigure(edited));
        on.door().tell(Link.UP, "");
        assertEquals(BACKUP, view().state());
        assertEquals(List.of(), view().findings());
    }

    @Test
    void theLastFamilyThatWasUpIsNoLongerNeeded() throws ConfigurationRefused {
        on.master();
        VirtualHostConfig edited = SteppedHost.config("virtualIps", "fd00::1");
        on.onLoop(() -> runner.reconfigure(edited));
        assertEquals(
                List.of("INET6"), on.doors.keySet().stream().map(Enum::name).toList());
        on.doors.values().forEach(door -> door.tell(Link.DOWN, "no carrier"));
        assertEquals(INIT, view().state());
        on.doors.values().forEach(door -> door.tell(Link.UP, ""));
        assertEquals(BACKUP, view().state());
    }

    @Test
    void aFamilyThatCannotSpeakIsToldThoughTheOtherGoesOn() throws ConfigurationRefused {
        on.master();
        VirtualHostConfig both = SteppedHost.config("virtualIps", "10.0.0.100, fd00::1");
        on.onLoop(() -> runner.reconfigure(both));
        on.doors.get(INET6).tell(Link.DOWN, "eth0 has no IPv6 address to advertise from");
        assertEquals(MASTER, view().state());
        assertEquals(
                "etc/web.cfg: eth0 has no IPv6 address to advertise from; going on by the other family",
                view().findings().get(0).text());
        on.doors.get(INET6).tell(Link.UP, "");
        assertEquals(List.of(), view().findings());
    }

    // --- a binder that misbehaves

    @Test
    void aBinderThatThrowsAtRenewalCostsNoTimer() {
        on.onAdvertised = () -> {
            throw new IllegalStateException("expected by this test");
        };
        on.master();
        int sent = on.sent;
        on.node.pass(10 * SECOND);
        assertEquals(sent + 10, on.sent);
        assertEquals(MASTER, view().state());
    }

    @Test
    void aBinderWithoutItsLibraryIsAFindingAndIsTriedAgain() {
        on.onPrepare = () -> {
            throw new UnsatisfiedLinkError("expected by this test");
        };
        on.open();
        assertEquals(Reason.BIND_FAILED, view().reason());
        assertEquals(1, on.findings.size());
        on.node.pass(25 * SECOND);
        assertEquals(6, on.prepared, "after 0, 1, 3, 7, 15 and 25 s");
        assertEquals(1, on.findings.size(), "told once");
        on.onPrepare = () -> null;
        on.node.pass(10 * SECOND);
        assertEquals(List.of(), view().findings());
        assertTrue(view().state() != INIT);
    }

    @Test
    void retriesDoNotPileUp() {
        on.onPrepare = () -> {
            throw new IOException("expected by this test");
        };
        on.open();
        for (int i = 0; i < 50; i++) {
            on.binderListener.gaveUp("somebody deletes it");
        }
        on.node.settle();
        int prepared = on.prepared;
        on.node.pass(100 * SECOND + SECOND);
        assertEquals(12, on.prepared - prepared, "after 1, 3, 7, 15, 25, 35 ... 95 s");
    }

    @Test
    void anEditThatTheBinderCannotHaveIsTriedAgainAsAWhole() throws ConfigurationRefused {
        on.master();
        on.onUpdate = () -> {
            throw new AddressInUseException("10.0.0.101 is somebody else's");
        };
        VirtualHostConfig edited = SteppedHost.config("virtualIps", "10.0.0.101");
        on.onLoop(() -> runner.reconfigure(edited));
        assertEquals(INIT, view().state());
        assertEquals(Reason.ADDRESS_IN_USE, view().reason());
        on.onUpdate = () -> null;
        on.node.pass(15 * SECOND);
        assertEquals(List.of(edited.addresses()), on.updates, "the binding has the edit, not the addresses of before");
        assertEquals(MASTER, view().state());
    }

    @Test
    void mendedWhileConsumersAreStillLetGo() throws ConfigurationRefused {
        on.master();
        on.node.deactivation = () -> {
            on.node.pass(SECOND);
            VirtualHostConfig mended = SteppedHost.config("virtualIps", "10.0.0.102");
            on.onUpdate = () -> null;
            on.onLoop(() -> runner.reconfigure(mended));
            on.node.pass(SECOND);
            return "";
        };
        on.onUpdate = () -> {
            throw new AddressInUseException("10.0.0.101 is somebody else's");
        };
        VirtualHostConfig edited = SteppedHost.config("virtualIps", "10.0.0.101");
        on.onLoop(() -> runner.reconfigure(edited));
        on.node.pass(5 * SECOND);
        assertEquals(MASTER, view().state(), "it stayed " + view().state() + " (" + view().reason() + ")");
        assertTrue(view().bound());
    }

    @Test
    void aBindThatFailsLeavesTheFieldToOthers() {
        on.node.binding = () -> {
            throw new IOException("not permitted");
        };
        on.open();
        on.node.pass(4 * SECOND);
        assertEquals(INIT, view().state());
        assertEquals(Reason.BIND_FAILED, view().reason());
        assertEquals("INIT (virtual IP could not be bound)", on.events.get(on.events.size() - 1));
        CompletableFuture<?> refused = CompletableFuture.supplyAsync(runner::takeOver, on.node.loop::execute)
                .thenCompose(done -> done);
        on.node.settle();
        CompletionException failure = assertThrows(CompletionException.class, refused::join);
        assertEquals(
                Refusal.NOT_BACKUP,
                assertInstanceOf(RequestRefusedException.class, failure.getCause())
                        .refusal());
    }
}
