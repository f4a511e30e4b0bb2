// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Port;
import io.carp.testing.contract.Recorder;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A virtual host's own {@code peers} over UDP: three nodes on the loopback, each with an address, all on one port. */
@Timeout(60)
class UdpPeersTest {
    private final NettyLoop[] loops = new NettyLoop[4];
    private final UdpTransport[] nodes = new UdpTransport[4];

    @BeforeEach
    void build() throws Exception {
        int port = UdpTransportTest.freePort();
        for (int n = 1; n <= 3; n++) {
            loops[n] = new NettyLoop();
            // Only the third node has peers for all its virtual hosts.
            var peers = n == 3 ? "127.0.0.1, 127.0.0.2" : "";
            nodes[n] = new UdpTransport(
                    loops[n], Map.of("bind", "127.0.0." + n, "port", String.valueOf(port), "peers", peers));
        }
    }

    @AfterEach
    void close() {
        for (int n = 1; n <= 3; n++) {
            nodes[n].close();
            loops[n].close();
        }
    }

    private Recorder up(int n, Delivery delivery) throws InterruptedException {
        var recorder = new Recorder(loops[n], nodes[n], delivery);
        recorder.await(Link.UP);
        return recorder;
    }

    private static Delivery to(int vhid, String... peers) throws Exception {
        List<InetAddress> addresses = new ArrayList<>();
        for (var peer : peers) {
            addresses.add(InetAddress.getByName(peer));
        }
        return Delivery.multicast("lo", StandardProtocolFamily.INET, vhid).withPeers(addresses);
    }

    @Test
    void theyReplaceThoseOfTheNodeAndNobodyElseIsHeard() throws Exception {
        var one = up(1, to(7, "127.0.0.2"));
        var two = up(2, to(7, "127.0.0.1"));
        var three = up(3, Delivery.multicast("lo", StandardProtocolFamily.INET, 7));
        assertEquals(0, one.send(Recorder.advertisement(7)));
        assertArrayEquals(Recorder.advertisement(7), two.packet().bytes());
        assertEquals(0, three.send(Recorder.advertisement(7)));
        while (two.wrongPeers() == 0 || one.wrongPeers() == 0) {
            Thread.onSpinWait();
        }
        one.ask(port -> {
            try {
                port.update(to(7, "127.0.0.2", "127.0.0.3"));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return true;
        });
        assertEquals(0, one.send(Recorder.advertisement(7)));
        assertArrayEquals(Recorder.advertisement(7), two.packet().bytes());
        // The third has the peers of its node, and hears any sender, so that an address translated on the way does no
        // harm.
        assertArrayEquals(Recorder.advertisement(7), three.packet().bytes());
        assertEquals(0, three.send(Recorder.advertisement(7)));
        assertArrayEquals(Recorder.advertisement(7), one.packet().bytes());
        assertEquals(0, two.waiting());
    }

    @Test
    void aNodeIsNotItsOwnPeer() throws Exception {
        var alone = new Recorder(loops[1], nodes[1], to(7, "127.0.0.1"));
        assertTrue(alone.await(Link.ALONE).startsWith("peers names nobody but this node"));
        assertEquals(0, alone.send(Recorder.advertisement(7)));
        assertEquals(InetAddress.getByName("127.0.0.1"), alone.ask(Port::source));
        var one = up(1, to(8, "127.0.0.1", "127.0.0.2"));
        assertEquals(0, one.send(Recorder.advertisement(8)));
        assertEquals(0, one.waiting());
    }

    @Test
    void whatUdpCannotDoIsRefusedInWords() throws Exception {
        var group = InetAddress.getByName("239.1.2.3");
        var source = InetAddress.getByName("127.0.0.1");
        var family = StandardProtocolFamily.INET;
        assertRefused(
                Delivery.multicast("lo", family, 7).withBroadcast(true),
                "broadcast = true: the transport udp sends to peers only; allowed is false");
        assertRefused(
                Delivery.multicast("lo", family, 7).withGroup(group),
                "group = 239.1.2.3: the transport udp sends to peers only; allowed is to leave it out");
        assertRefused(
                Delivery.multicast("lo", family, 7).withSource(source),
                "source = 127.0.0.1: the transport udp speaks from the address named by bind in"
                        + " etc/carp.transport.udp.cfg; allowed is to leave source out");
    }

    private void assertRefused(Delivery delivery, String why) {
        var refused = assertThrows(IllegalArgumentException.class, () -> nodes[1].check(delivery));
        assertEquals(why, refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Recorder(loops[1], nodes[1], delivery));
    }
}
