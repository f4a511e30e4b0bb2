// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Port;
import io.carp.testing.contract.Recorder;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;

/** Two hosts on a switch, each with a loop and a raw transport, and some deliveries for vhid 7. */
final class RawPair implements AutoCloseable {
    static final byte[] PACKET = Recorder.advertisement(7);

    final Lan lan;
    final NettyLoop[] loops = new NettyLoop[3];
    private final RawTransport[] transports = new RawTransport[3];

    RawPair(String prefix) {
        lan = new Lan(prefix, 2);
        for (int n = 1; n <= 2; n++) {
            loops[n] = lan.host(n).loop();
            transports[n] = new RawTransport(loops[n]);
        }
    }

    Recorder open(int n, Delivery delivery) {
        return new Recorder(loops[n], transports[n], delivery);
    }

    Recorder up(int n, Delivery delivery) throws InterruptedException {
        var recorder = open(n, delivery);
        recorder.await(Link.UP);
        return recorder;
    }

    static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    static Delivery multicast(int vhid, String group, boolean broadcast) throws Exception {
        var address = ip(group);
        return Delivery.multicast("eth0", familyOf(address), vhid)
                .withGroup(address)
                .withBroadcast(broadcast);
    }

    static Delivery unicast(int vhid, String... peers) throws Exception {
        List<InetAddress> list = new ArrayList<>();
        for (var peer : peers) {
            list.add(ip(peer));
        }
        return Delivery.multicast("eth0", familyOf(list.get(0)), vhid).withPeers(list);
    }

    static Delivery from(String source) throws Exception {
        var address = ip(source);
        return Delivery.multicast("eth0", familyOf(address), 7).withSource(address);
    }

    static StandardProtocolFamily familyOf(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    static void edit(Recorder port, Delivery delivery) {
        port.ask(open -> {
            open.update(delivery);
            return true;
        });
    }

    static void assertHeard(Recorder from, Recorder to, int ttl) throws Exception {
        assertEquals(0, from.send(PACKET));
        var packet = to.packet();
        assertArrayEquals(PACKET, packet.bytes());
        assertEquals(ttl, packet.ttl());
        assertEquals(from.ask(Port::source), packet.source());
    }

    @Override
    public void close() {
        for (int n = 1; n <= 2; n++) {
            transports[n].close();
            loops[n].close();
        }
        lan.close();
    }
}
