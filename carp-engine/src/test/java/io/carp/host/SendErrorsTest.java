// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.config.ConfigurationRefused;
import io.carp.config.EngineConfig;
import io.carp.config.VirtualHostConfig;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows when three advertisements in a row cannot be sent. */
class SendErrorsTest {
    private static final int EPERM = 1;
    private static final int ENETUNREACH = 101;
    private static final int ENOBUFS = 105;

    private final SendErrors errors = new SendErrors();

    private final List<String> told = new ArrayList<>();
    private SteppedHost on;

    @BeforeEach
    void host() throws ConfigurationRefused {
        on = new SteppedHost("virtualIps", "10.0.0.100, fd00::100");
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private int verdictsOf(boolean unicast, int... results) {
        int changes = 0;
        for (int result : results) {
            changes += errors.note(result, unicast) ? 1 : 0;
        }
        return changes;
    }

    @Test
    void threeInARowAndThreeInARow() {
        assertEquals(0, verdictsOf(false, EPERM, EPERM, 0, EPERM, EPERM, 0, 0));
        assertFalse(errors.isFailing());
        assertEquals(1, verdictsOf(false, EPERM, EPERM, ENOBUFS));
        assertTrue(errors.isFailing());
        assertTrue(errors.lastInWords().startsWith("ENOBUFS: "), errors.lastInWords());
        assertEquals(0, verdictsOf(false, EPERM, 0, 0, EPERM, 0, 0));
        assertTrue(errors.isFailing());
        assertEquals(1, verdictsOf(false, 0));
        assertFalse(errors.isFailing());
    }

    @ParameterizedTest
    @ValueSource(ints = {112, 113, ENETUNREACH})
    void aPeerThatCannotBeReachedIsNotOurFault(int errno) {
        assertEquals(0, verdictsOf(true, errno, errno, errno, errno));
        assertEquals(1, verdictsOf(true, EPERM, errno, EPERM, errno, EPERM), "nor does it count for us");
        assertEquals(0, verdictsOf(true, errno, errno, errno), "or as sent");
        assertTrue(errors.isFailing());
    }

    @Test
    void noRouteToTheGroupIsOurFault() {
        assertEquals(1, verdictsOf(false, ENETUNREACH, ENETUNREACH, ENETUNREACH));
    }

    private List<String> findings() {
        return on.runner.snapshot().findings().stream()
                .filter(finding -> finding.code().equals("sending"))
                .map(Finding::text)
                .toList();
    }

    @Test
    void oneFamilyIsEnough() {
        on.master();
        door(StandardProtocolFamily.INET6).sendError = EPERM;
        on.node.pass(2 * SteppedNode.SECOND);
        assertEquals(List.of(), findings());
        on.node.pass(SteppedNode.SECOND);
        assertEquals(
                List.of("etc/web.cfg: interface = eth0: three advertisements in a row did not leave: IPv6"
                        + " (EPERM: Operation not permitted; a firewall or policy of this machine)"),
                findings());
        assertEquals(List.of("sending down"), sending());
        assertEquals(3, on.runner.snapshot().counters().get("sendErrors"));
        door(StandardProtocolFamily.INET6).sendError = 0;
        on.node.pass(2 * SteppedNode.SECOND);
        assertEquals(1, findings().size());
        on.node.pass(SteppedNode.SECOND);
        assertEquals(List.of(), findings());
        assertEquals(List.of("sending down", "sending not down"), sending());
    }

    /** What the node was told about it since the start. */
    private List<String> sending() {
        on.node.diary().stream().filter(line -> line.startsWith("sending")).forEach(told::add);
        return told;
    }

    private SteppedHost.Door door(StandardProtocolFamily family) {
        return on.doors.get(family);
    }

    private void cannotSend() {
        on.master();
        door(StandardProtocolFamily.INET).sendError = EPERM;
        door(StandardProtocolFamily.INET6).sendError = ENOBUFS;
        on.node.pass(3 * SteppedNode.SECOND);
        assertTrue(
                findings()
                        .get(0)
                        .endsWith("IPv4 (EPERM: Operation not permitted; a firewall or policy of this machine), IPv6"
                                + " (ENOBUFS: No buffer space available; the queue of the interface is full)"),
                findings().toString());
        assertEquals(List.of("sending down"), sending());
    }

    @Test
    void anEditIsANewBeginning() throws ConfigurationRefused {
        cannotSend();
        VirtualHostConfig edited = SteppedHost.config("virtualIps", "10.0.0.100, fd00::100", "advskew", "1");
        on.onLoop(() -> on.runner.reconfigure(edited));
        assertEquals(List.of("sending down", "sending not down"), sending());
        on.node.pass(4 * SteppedNode.SECOND);
        assertEquals(List.of("sending down", "sending not down", "sending down"), sending(), "still not mended");
    }

    @Test
    void anEditOfTheNodeThatMeansNothingHereForgetsNothing() throws ConfigurationRefused {
        cannotSend();
        VirtualHostConfig same = SteppedHost.config("virtualIps", "10.0.0.100, fd00::100");
        on.onLoop(() -> on.runner.reconfigure(same));
        assertEquals(List.of("sending down"), sending());
    }

    /**
     * A firewall was wrong for ten seconds. A node that is a backup by then sends nothing, and must not be demoted for
     * ever.
     */
    @Test
    void aBackupIsTakenToBeWellAfterAPause() {
        cannotSend();
        aBetterOneSpeaksFor(58);
        assertEquals(CarpState.BACKUP, on.runner.snapshot().state());
        assertEquals(List.of("sending down"), sending());
        aBetterOneSpeaksFor(10);
        assertEquals(List.of("sending down", "sending not down"), sending());
        assertEquals(List.of(), findings());

        on.node.pass(3 * SteppedNode.SECOND
                + SteppedNode.SECOND / 2); // No node speaks, so it takes over, and still cannot be heard.
        assertEquals(CarpState.MASTER, on.runner.snapshot().state());
        assertEquals(List.of("sending down", "sending not down", "sending down"), sending(), "the first one is enough");
        aBetterOneSpeaksFor(110);
        assertEquals(3, sending().size(), "the pause has doubled");
        aBetterOneSpeaksFor(20);
        assertEquals(4, sending().size());

        on.doors.values().forEach(door -> door.sendError = 0);
        on.node.pass(10 * SteppedNode.SECOND);
        assertEquals(CarpState.MASTER, on.runner.snapshot().state());
        assertEquals(4, sending().size(), "well again");
    }

    private void aBetterOneSpeaksFor(int seconds) {
        for (int i = 0; i < seconds; i++) {
            on.onLoop(() -> door(StandardProtocolFamily.INET)
                    .listener
                    .received(
                            InetAddress.getLoopbackAddress(),
                            255,
                            SteppedHost.advertisement(on.runner.config().digest(), 0, 100)));
            on.node.pass(SteppedNode.SECOND);
        }
    }

    @Test
    void aLinkDownIsAnotherDemotion() {
        cannotSend();
        door(StandardProtocolFamily.INET).tell(Link.DOWN, "cable");
        assertTrue(
                findings()
                        .get(0)
                        .endsWith(
                                "leave: IPv6 (ENOBUFS: No buffer space available; the queue of the interface is full)"),
                findings().toString());
        door(StandardProtocolFamily.INET6).tell(Link.DOWN, "cable");
        assertEquals(List.of(), findings());
        assertEquals(List.of("sending down", "sending down", "sending not down"), sending());
    }

    @Test
    void itEndsWithTheVirtualHost() {
        cannotSend();
        on.onLoop(on.runner::end);
        assertEquals(List.of("sending down", "sending not down"), sending());
    }

    @Test
    void aCableThatIsPulledIsOneDemotionHoweverManyHostsItConcerns() throws ConfigurationRefused {
        InterfaceDemotions outages = new InterfaceDemotions((key, amount, reason) -> told.add(amount + " " + reason));
        List<SteppedHost> hosts = new ArrayList<>();
        for (int vhid = 1; vhid <= 255; vhid++) {
            hosts.add(new SteppedHost("vhid", String.valueOf(vhid)));
        }
        hosts.forEach(
                host -> outages.tell(host.runner, host.runner.config().networkInterface(), Outage.LINK_DOWN, true));
        hosts.forEach(
                host -> outages.tell(host.runner, host.runner.config().networkInterface(), Outage.LINK_DOWN, false));
        assertEquals(List.of("240 eth0 down", "0 eth0 up"), told);
    }

    @Test
    void oneDemotionForAnInterface() throws ConfigurationRefused {
        InterfaceDemotions outages = new InterfaceDemotions((key, amount, reason) -> told.add(amount + " " + reason));
        SteppedHost other = new SteppedHost("vhid", "8");
        outages.tell(on.runner, on.runner.config().networkInterface(), Outage.SEND_ERRORS, true);
        outages.tell(other.runner, other.runner.config().networkInterface(), Outage.SEND_ERRORS, true);
        outages.tell(on.runner, on.runner.config().networkInterface(), Outage.SEND_ERRORS, false);
        outages.tell(on.runner, on.runner.config().networkInterface(), Outage.LINK_DOWN, true);
        outages.configure(new EngineConfig(0, 7, 8, 9, 0, false, Map.of()));
        outages.tell(other.runner, other.runner.config().networkInterface(), Outage.SEND_ERRORS, false);
        outages.tell(other.runner, other.runner.config().networkInterface(), Outage.SEND_ERRORS, false);
        assertEquals(
                List.of(
                        "240 send errors on eth0",
                        "240 eth0 down",
                        "7 eth0 down",
                        "8 send errors on eth0",
                        "0 eth0 sends again"),
                told);
    }
}
