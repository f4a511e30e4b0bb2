// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edits of where a running virtual host sends its advertisements. */
class RunnerDeliveryTest {
    private static final String ALONE = "peers names nobody but this node";

    private SteppedHost on;

    @BeforeEach
    void master() throws Exception {
        on = new SteppedHost();
        on.master();
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private void edit(String... pairs) throws ConfigurationRefused {
        VirtualHostConfig edited = SteppedHost.config(pairs);
        on.onLoop(() -> on.runner.reconfigure(edited));
    }

    private void assertMasterAllAlong() {
        assertEquals(MASTER, on.runner.snapshot().state());
        assertEquals(2, on.runner.snapshot().transitions().size(), "INIT, BACKUP, MASTER and no more");
        assertTrue(on.runner.snapshot().bound());
    }

    @Test
    void groupBroadcastPeersAndSourceAreTakenByTheOpenPort() throws Exception {
        var door = on.door();
        edit("group", "239.1.2.3", "broadcast", "true", "source", "10.0.0.1");
        assertSame(door, on.door());
        assertEquals(InetAddress.getByName("239.1.2.3"), door.delivery.group());
        assertTrue(door.delivery.broadcast());
        assertEquals(InetAddress.getByName("10.0.0.1"), door.delivery.source());
        edit("peers", "10.0.0.2, 10.0.0.3");
        assertSame(door, on.door());
        assertEquals(2, door.delivery.peers().size());
        edit();
        assertEquals(Delivery.multicast("eth0", StandardProtocolFamily.INET, 7), door.delivery);
        assertMasterAllAlong();
    }

    @Test
    void peersOfAnotherFamilyOpenItsPortAndCloseTheOther() throws Exception {
        edit("peers", "10.0.0.2, fd00::2");
        var six = on.doors.get(StandardProtocolFamily.INET6);
        six.tell(Link.UP, "");
        int sent = on.sent;
        on.node.pass(SteppedNode.SECOND);
        assertEquals(sent + 2, on.sent, "one of each family");
        edit("peers", "fd00::2");
        assertEquals(List.of(StandardProtocolFamily.INET6), List.copyOf(on.doors.keySet()));
        assertSame(six, on.doors.get(StandardProtocolFamily.INET6));
        assertMasterAllAlong();
    }

    @Test
    void theOnlyNodeOfItsListServesAndSaysSo() throws Exception {
        on.door().tell(Link.ALONE, ALONE);
        on.node.pass(10 * SteppedNode.SECOND);
        assertMasterAllAlong();
        assertTrue(on.findings.get(0).contains(ALONE), on.findings.toString());
        long counted = on.runner.snapshot().counters().get("opackets");
        on.node.pass(10 * SteppedNode.SECOND);
        assertEquals(counted, on.runner.snapshot().counters().get("opackets"), "nothing left");
        on.door().tell(Link.UP, "");
        on.node.pass(SteppedNode.SECOND);
        assertMasterAllAlong();
        assertEquals(List.of(), on.runner.snapshot().findings());
    }

    /** Otherwise a node would become master beside one that it would hear in the other family. */
    @Test
    void aFamilyThatNamesNobodyElseIsNoLinkBesideOneThatDoes() throws Exception {
        edit("peers", "10.0.0.2, fd00::1");
        on.doors.get(StandardProtocolFamily.INET6).tell(Link.ALONE, ALONE);
        on.node.pass(SteppedNode.SECOND);
        assertTrue(on.findings.get(0).contains(ALONE + "; going on by the other family"), on.findings.toString());
        assertMasterAllAlong();
        on.door().tell(Link.DOWN, "no carrier");
        on.node.pass(10 * SteppedNode.SECOND);
        assertEquals(INIT, on.runner.snapshot().state());
        on.door().tell(Link.UP, "");
        on.node.pass(10 * SteppedNode.SECOND);
        assertEquals(MASTER, on.runner.snapshot().state());
    }

    @Test
    void whatIsNotForUsIsCountedAndTouchesNothing() throws Exception {
        InetAddress stranger = InetAddress.getByName("10.0.0.66");
        on.onLoop(() -> on.door().listener.wrongPeer(stranger));
        on.onLoop(() -> on.door().listener.wrongPeer(stranger));
        assertEquals(2, on.runner.snapshot().counters().get("wrongPeer"));
        assertFalse(on.runner.snapshot().peers().stream()
                .anyMatch(peer -> peer.address().equals(stranger)));
        assertMasterAllAlong();
    }
}
