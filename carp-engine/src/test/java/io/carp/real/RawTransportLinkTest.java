// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.AddressMessage;
import io.carp.linux.Netlink;
import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Port;
import io.carp.testing.contract.Recorder;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the raw transport does when something happens to its interface. Host 2 sends, host 1 has the trouble. */
@Timeout(120)
class RawTransportLinkTest {
    private Lan lan;
    private NettyLoop loop;
    private NettyLoop peerLoop;
    private RawTransport transport;
    private RawTransport peerTransport;

    @BeforeEach
    void build() {
        lan = new Lan("carp-net-raw", 2);
        loop = lan.host(1).loop();
        peerLoop = lan.host(2).loop();
        transport = new RawTransport(loop);
        peerTransport = new RawTransport(peerLoop);
    }

    @AfterEach
    void tearDown() {
        if (lan != null && peerTransport != null) {
            transport.close();
            peerTransport.close();
            loop.close();
            peerLoop.close();
        }
        if (lan != null) {
            lan.close();
        }
    }

    private Recorder open(String networkInterface) {
        return new Recorder(loop, transport, networkInterface, StandardProtocolFamily.INET, 7);
    }

    private Recorder openPeer() throws InterruptedException {
        var peer = new Recorder(peerLoop, peerTransport, "eth0", StandardProtocolFamily.INET, 7);
        peer.await(Link.UP);
        return peer;
    }

    private static void assertTheyHearEachOther(Recorder one, Recorder other) throws InterruptedException {
        assertEquals(0, one.send(Recorder.advertisement(7)));
        var heard = other.packet();
        assertArrayEquals(Recorder.advertisement(7), heard.bytes());
        assertEquals(one.ask(Port::source), heard.source());
        assertEquals(0, other.send(Recorder.advertisement(7)));
        assertArrayEquals(Recorder.advertisement(7), one.packet().bytes());
    }

    @Test
    void theCableIsPulledAndPutBack() throws Exception {
        var peer = openPeer();
        var port = open("eth0");
        port.await(Link.UP);
        lan.wire().ip("link set port1 down");
        assertEquals("interface eth0 has no carrier", port.await(Link.DOWN));
        lan.wire().ip("link set port1 up");
        port.await(Link.UP);
        assertTheyHearEachOther(port, peer);
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void theInterfaceIsSetDownAndUp(StandardProtocolFamily family) throws Exception {
        var peer = new Recorder(peerLoop, peerTransport, "eth0", family, 7);
        var port = new Recorder(loop, transport, "eth0", family, 7);
        peer.await(Link.UP);
        port.await(Link.UP);
        lan.host(1).ip("link set eth0 down");
        port.await(Link.DOWN, "interface eth0 is administratively down");
        assertNotEquals(0, port.send(Recorder.advertisement(7)));
        lan.host(1).ip("link set eth0 up");
        port.await(Link.UP);
        assertTheyHearEachOther(port, peer);
    }

    @Test
    void theInterfaceIsDeletedAndMadeAgain() throws Exception {
        var peer = openPeer();
        var port = open("eth0");
        port.await(Link.UP);
        lan.host(1).ip("link delete eth0");
        port.await(Link.DOWN, "interface eth0 is gone");
        assertNull(port.ask(Port::source));
        assertNotEquals(0, port.send(Recorder.advertisement(7)));
        lan.plug(1);
        port.await(Link.UP);
        assertTheyHearEachOther(port, peer);
    }

    @Test
    void theInterfaceIsDeletedAndMadeAgainBeforeTheLoopLooks() throws Exception {
        var peer = openPeer();
        var port = open("eth0");
        port.await(Link.UP);
        var go = holdLoop();
        lan.host(1).ip("link delete eth0");
        lan.plug(1);
        go.countDown();
        // Only a packet shows that there is a new socket, since the old one hears nobody.
        int heard = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (heard == 0) {
            assertTrue(System.nanoTime() < end, "the new interface is not heard");
            peer.send(Recorder.advertisement(7));
            heard = port.ask(drained -> {
                drained.drain();
                return port.waiting();
            });
        }
        assertEquals(0, port.send(Recorder.advertisement(7)));
        assertArrayEquals(Recorder.advertisement(7), peer.packet().bytes());
    }

    /** Keeps the loop of host 1 busy until the latch is counted down. */
    private CountDownLatch holdLoop() {
        var go = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return go;
    }

    @Test
    void theInterfaceIsRenamedAndBack() throws Exception {
        var peer = openPeer();
        var port = open("eth0");
        port.await(Link.UP);
        lan.host(1).ip("link set eth0 down");
        lan.host(1).ip("link set eth0 name other0");
        port.await(Link.DOWN, "interface eth0 is gone");
        lan.host(1).ip("link set other0 name eth0");
        lan.host(1).ip("link set eth0 up");
        port.await(Link.UP);
        assertTheyHearEachOther(port, peer);
    }

    @Test
    void theInterfaceAppearsLater() throws Exception {
        var port = open("eth9");
        assertEquals("interface eth9 does not exist on this machine", port.await(Link.UNUSABLE));
        lan.host(1).ip("link add eth9 type veth peer name far9");
        assertEquals("interface eth9 is administratively down", port.await(Link.DOWN));
        lan.host(1).ip("link set eth9 up");
        assertEquals("interface eth9 has no carrier", port.await(Link.DOWN));
        lan.host(1).ip("link set far9 up");
        assertEquals("interface eth9 has no IPv4 address to advertise from", port.await(Link.DOWN));
        lan.host(1).ip("address add 10.9.9.1/24 dev eth9");
        port.await(Link.UP);
        assertEquals(0, port.send(Recorder.advertisement(7)));
    }

    @Test
    void theSourceIsTheFirstAddressThatIsNotAVirtualIp() throws Exception {
        // The address has the mark 0x70 of the binder, which an old iproute2 cannot set.
        var host = lan.host(1);
        host.ip("address flush dev eth0");
        host.call(() -> {
            try (var netlink = Netlink.open(1000)) {
                int ifindex = netlink.link("eth0").ifindex();
                long forEver = AddressMessage.INFINITY;
                var virtualIp = InetAddress.getByName("10.9.0.100");
                netlink.add(
                        new AddressMessage(ifindex, virtualIp, 24, 0, 0x70, null, forEver, forEver),
                        Netlink.NLM_F_CREATE);
            }
            return true;
        });
        var port = open("eth0");
        assertEquals("interface eth0 has no IPv4 address to advertise from", port.await(Link.DOWN));
        host.ip("address add 10.9.0.5/24 dev eth0");
        port.await(Link.UP);
        assertEquals(InetAddress.getByName("10.9.0.5"), port.ask(Port::source));
        host.ip("address add 10.9.0.6/24 dev eth0");
        host.ip("address delete 10.9.0.5/24 dev eth0");
        port.await(Link.UP);
        assertEquals(InetAddress.getByName("10.9.0.6"), port.ask(Port::source));
        assertTheyHearEachOther(port, openPeer());
    }

    @Test
    void allVirtualHostsShareOneSocketAndTheLastOneClosesIt() throws Exception {
        var seven = open("eth0");
        var eight = new Recorder(loop, transport, "eth0", StandardProtocolFamily.INET, 8);
        seven.await(Link.UP);
        eight.await(Link.UP);
        assertEquals(1, rawSockets());
        seven.close();
        assertEquals(1, rawSockets());
        eight.close();
        assertEquals(0, rawSockets());
    }

    private long rawSockets() {
        return lan.host(1).run("cat", "/proc/net/raw").lines().count() - 1;
    }

    @Test
    void eventsLostInAStormAreMadeUpFor() throws Exception {
        var port = open("eth0");
        port.await(Link.UP);
        lan.host(1).ip("link add storm0 type veth peer name far0");
        var storm = Files.createTempFile("carp-storm", ".ip");
        var lines = new StringBuilder();
        for (int n = 0; n < 6000; n++) {
            lines.append("link set storm0 mtu ").append(1000 + n % 100).append('\n');
        }
        Files.writeString(storm, lines.append("link set eth0 down\n"));
        var go = holdLoop();
        lan.host(1).ip("-batch " + storm);
        Files.delete(storm);
        var sockets = lan.host(1).run("cat", "/proc/net/netlink").lines().map(line -> line.trim()
                .split("\\s+"));
        assertTrue(sockets.anyMatch(s -> s[1].equals("0") && s[8].matches("[1-9]\\d*")), "nothing was lost");
        go.countDown();
        assertEquals("interface eth0 is administratively down", port.await(Link.DOWN));
        lan.host(1).ip("link set eth0 up");
        port.await(Link.UP);
    }

    @Test
    void withoutTheCapabilityTheReasonSaysWhichAndHow() throws Exception {
        try (var user = new Unprivileged(lan.host(1))) {
            var why = user.run(RawNode.class, "", "eth0");
            assertTrue(why.contains("UNUSABLE no raw socket on eth0: the capability CAP_NET_RAW is missing"), why);
            assertTrue(why.contains("AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN"), why);
            assertTrue(why.contains("CAP_NET_RAW false CAP_NET_ADMIN false"), why);
        }
    }

    @Test
    void twoAmbientCapabilitiesAreEnough() throws Exception {
        var peer = openPeer();
        try (var user = new Unprivileged(lan.host(1))) {
            var output = user.run(RawNode.class, "net_raw,net_admin", "eth0");
            assertTrue(output.contains("UP \nsent 0"), output);
            assertTrue(output.contains("CAP_NET_RAW true CAP_NET_ADMIN true"), output);
            assertArrayEquals(Recorder.advertisement(7), peer.packet().bytes());
        }
    }
}
