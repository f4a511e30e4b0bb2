// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Transport;
import io.carp.testing.contract.Recorder;
import io.carp.testing.contract.TransportContractTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on the loopback of one machine, as two containers on it would be. */
class UdpTransportTest extends TransportContractTest {
    private final NettyLoop leftLoop = new NettyLoop();
    private final NettyLoop rightLoop = new NettyLoop();
    private int leftPort;
    private int rightPort;
    private UdpTransport left;
    private UdpTransport right;

    @BeforeEach
    void build() throws IOException {
        leftPort = freePort();
        rightPort = freePort();
        left = new UdpTransport(leftLoop, configuration(leftPort, "127.0.0.1:" + rightPort));
        right = new UdpTransport(rightLoop, configuration(rightPort, "127.0.0.1:" + leftPort));
    }

    @Override
    protected void closeNodes() {
        left.close();
        right.close();
        leftLoop.close();
        rightLoop.close();
    }

    static Map<String, Object> configuration(int port, String peers) {
        return Map.of("bind", "127.0.0.1", "port", String.valueOf(port), "peers", peers);
    }

    static int freePort() throws IOException {
        try (var channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }

    @Override
    protected Node left() {
        return new Node(leftLoop, left, "eth0");
    }

    @Override
    protected Node right() {
        return new Node(rightLoop, right, "eth0");
    }

    @Override
    protected int ttl() {
        return -1;
    }

    @Test
    void withoutPeersItSaysSoUntilTheFileNamesThem() throws Exception {
        left.modified(Map.of());
        var from = open(left(), StandardProtocolFamily.INET, 3);
        assertEquals("no peers configured in etc/carp.transport.udp.cfg", from.await(Transport.Link.UNUSABLE));
        assertEquals(100, from.send(Recorder.advertisement(3)));

        left.modified(configuration(leftPort, "127.0.0.1:" + rightPort));
        from.await(Transport.Link.UP);
    }

    @Test
    void aRefusedEditChangesNothing() throws Exception {
        var from = open(left(), StandardProtocolFamily.INET, 3);
        var to = open(right(), StandardProtocolFamily.INET, 3);
        from.await(Transport.Link.UP);
        to.await(Transport.Link.UP);

        left.modified(configuration(leftPort, "nobody"));

        assertEquals(0, from.send(Recorder.advertisement(3)));
        assertArrayEquals(Recorder.advertisement(3), to.packet().bytes());
    }

    @Test
    void aBadFirstFileIsTheReasonAndTheNextGoodOneStarts() throws Exception {
        try (var transport = new UdpTransport(leftLoop, Map.of("port", "abc"))) {
            var node = new Node(leftLoop, transport, "eth0");
            var port = open(node, StandardProtocolFamily.INET, 3);
            assertEquals(
                    "etc/carp.transport.udp.cfg: port = abc: a port is a whole number 1..65535",
                    port.await(Transport.Link.UNUSABLE));
            transport.modified(configuration(freePort(), "127.0.0.1:" + rightPort));
            port.await(Transport.Link.UP);
        }
    }

    @Test
    void aPortInUseIsTriedAgain() throws Exception {
        var to = open(right(), StandardProtocolFamily.INET, 3);
        to.await(Transport.Link.UP);
        try (var second = new UdpTransport(leftLoop, configuration(rightPort, "127.0.0.1:" + leftPort))) {
            var port = open(new Node(leftLoop, second, "eth0"), StandardProtocolFamily.INET, 3);
            var why = port.await(Transport.Link.UNUSABLE);
            assertTrue(why.startsWith("cannot listen on UDP port " + rightPort + " of 127.0.0.1: "), why);
            right.close();
            port.await(Transport.Link.UP);
        }
    }

    @Test
    void everyPeerGetsItAndOneThatCannotBeReachedHarmsNobody() throws Exception {
        left.modified(configuration(leftPort, "255.255.255.255, 127.0.0.1:" + rightPort));
        var from = open(left(), StandardProtocolFamily.INET, 3);
        var to = open(right(), StandardProtocolFamily.INET, 3);
        from.await(Transport.Link.UP);
        to.await(Transport.Link.UP);
        assertEquals(0, from.send(Recorder.advertisement(3)));
        assertArrayEquals(Recorder.advertisement(3), to.packet().bytes());
    }

    @Test
    void aFamilyWithoutPeersIsUnusable() throws Exception {
        var port = open(left(), StandardProtocolFamily.INET6, 3);
        assertEquals("no IPv6 peers configured in etc/carp.transport.udp.cfg", port.await(Transport.Link.UNUSABLE));
    }

    @Test
    void withoutBindTheSourceIsWhatTheKernelWouldChoose() throws Exception {
        left.modified(Map.of("port", String.valueOf(leftPort), "peers", "127.0.0.1:" + rightPort));
        var from = open(left(), StandardProtocolFamily.INET, 3);
        var to = open(right(), StandardProtocolFamily.INET, 3);
        from.await(Transport.Link.UP);
        to.await(Transport.Link.UP);
        assertEquals(InetAddress.getByName("127.0.0.1"), from.ask(Transport.Port::source));
    }
}
