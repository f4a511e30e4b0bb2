// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Transport;
import io.carp.testing.contract.Recorder;
import io.carp.testing.contract.TransportContractTest;
import java.net.StandardProtocolFamily;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The raw transport keeps the contract of transports, between two hosts on a switch. */
class RawTransportContractLinkTest extends TransportContractTest {
    private static Lan lan;
    private static NettyLoop[] loops;
    private static Node[] nodes;

    @BeforeAll
    static void build() {
        lan = new Lan("carp-net-contract", 2);
        loops = new NettyLoop[] {lan.host(1).loop(), lan.host(2).loop()};
        nodes = new Node[] {
            new Node(loops[0], new RawTransport(loops[0]), "eth0"),
            new Node(loops[1], new RawTransport(loops[1]), "eth0")
        };
    }

    @AfterAll
    static void tearDown() {
        if (lan != null) {
            for (int i = 0; nodes != null && i < nodes.length; i++) {
                ((RawTransport) nodes[i].transport()).close();
                loops[i].close();
            }
            lan.close();
        }
    }

    @Override
    protected Node left() {
        return nodes[0];
    }

    @Override
    protected Node right() {
        return nodes[1];
    }

    @Override
    protected int ttl() {
        return 255;
    }

    @Test
    void ipv6LeavesFromALinkLocalAddressWithHopLimit255() throws Exception {
        var from = open(left(), StandardProtocolFamily.INET6, 9);
        var to = open(right(), StandardProtocolFamily.INET6, 9);
        from.await(Transport.Link.UP);
        to.await(Transport.Link.UP);
        assertEquals(0, from.send(Recorder.advertisement(9)));
        var packet = to.packet();
        assertArrayEquals(Recorder.advertisement(9), packet.bytes());
        assertEquals(255, packet.ttl());
        assertTrue(packet.source().isLinkLocalAddress());
        assertEquals(from.ask(Transport.Port::source), packet.source());
    }
}
