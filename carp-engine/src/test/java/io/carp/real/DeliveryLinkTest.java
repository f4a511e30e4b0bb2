// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.net.Recorder;
import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Port;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups, broadcast, peers and sources of the raw transport, between hosts on a switch. */
@Timeout(180)
class DeliveryLinkTest {
    private static final byte[] PACKET = Recorder.advertisement(7);

    private Lan lan;
    private final NettyLoop[] loops = new NettyLoop[3];
    private final RawTransport[] transports = new RawTransport[3];

    @BeforeEach
    void build() {
        lan = new Lan("carp-net-way", 2);
        for (int n = 1; n <= 2; n++) {
            loops[n] = lan.host(n).loop();
            transports[n] = new RawTransport(loops[n]);
        }
    }

    @AfterEach
    void tearDown() {
        for (int n = 1; n <= 2; n++) {
            if (loops[n] != null) {
                transports[n].close();
                loops[n].close();
            }
        }
        if (lan != null) {
            lan.close();
        }
    }

    private Recorder open(int n, Delivery delivery) {
        return new Recorder(loops[n], transports[n], delivery);
    }

    private Recorder up(int n, Delivery delivery) throws InterruptedException {
        var recorder = open(n, delivery);
        recorder.await(Link.UP);
        return recorder;
    }

    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    private static Delivery multicast(int vhid, String group, boolean broadcast) throws Exception {
        var address = ip(group);
        return new Delivery("eth0", familyOf(address), vhid, address, broadcast, List.of(), null);
    }

    private static Delivery unicast(int vhid, String... peers) throws Exception {
        List<InetAddress> list = new ArrayList<>();
        for (var peer : peers) {
            list.add(ip(peer));
        }
        return new Delivery("eth0", familyOf(list.get(0)), vhid, Delivery.GROUP, false, list, null);
    }

    private static Delivery from(String source) throws Exception {
        var address = ip(source);
        var usual = Delivery.multicast("eth0", familyOf(address), 7);
        return new Delivery("eth0", usual.family(), 7, usual.group(), false, List.of(), address);
    }

    private static StandardProtocolFamily familyOf(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    private static void edit(Recorder port, Delivery delivery) {
        port.ask(open -> {
            open.update(delivery);
            return true;
        });
    }

    private static void assertHeard(Recorder from, Recorder to, int ttl) throws Exception {
        assertEquals(0, from.send(PACKET));
        var packet = to.packet();
        assertArrayEquals(PACKET, packet.bytes());
        assertEquals(ttl, packet.ttl());
        assertEquals(from.ask(Port::source), packet.source());
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void eachVirtualHostHearsItsOwnGroupOnlyThoughTheyShareASocket(StandardProtocolFamily family) throws Exception {
        boolean ipv4 = family == StandardProtocolFamily.INET;
        var usual = ipv4 ? "224.0.0.18" : "ff02::12";
        var other = ipv4 ? "239.1.2.3" : "ff02::4242";
        var sender = up(2, multicast(7, other, false));
        var seven = up(1, multicast(7, other, false));
        var eight = up(1, multicast(8, usual, false));
        assertHeard(sender, seven, 255);
        edit(sender, multicast(7, usual, false));
        // Host 1 is in that group for vhid 8.
        assertEquals(0, sender.send(PACKET));
        BinderHost.await("refused", () -> seven.wrongPeers() == 1);
        assertEquals(0, seven.waiting() + eight.waiting());
        edit(seven, multicast(7, usual, false));
        assertHeard(sender, seven, 255);
        assertFalse(groups(1).contains(other), groups(1));
        seven.close();
        assertTrue(groups(1).contains(usual), groups(1));
        assertEquals(1, rawSockets(ipv4));
        eight.close();
        assertFalse(groups(1).contains(usual), groups(1));
    }

    private String groups(int n) {
        return lan.host(n).ip("maddress show dev eth0");
    }

    private long rawSockets(boolean ipv4) {
        return lan.host(1)
                        .run("cat", ipv4 ? "/proc/net/raw" : "/proc/net/raw6")
                        .lines()
                        .count()
                - 1;
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void broadcastIsTheSamePacketInAFrameToEverybody(StandardProtocolFamily family) throws Exception {
        var group = family == StandardProtocolFamily.INET ? "224.0.0.18" : "ff02::12";
        var sender = up(2, multicast(7, group, true));
        var other = up(1, multicast(7, group, false));
        var tcpdump = lan.host(1)
                .start("tcpdump", "-i", "eth0", "-n", "-e", "-v", "-l", "--immediate-mode", "-c", "1", "proto", "112");
        var output = new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8));
        for (var line = output.readLine(); !line.contains("listening on"); ) {
            line = output.readLine();
        }
        assertHeard(sender, other, 255);
        var frame = String.join(" ", output.lines().toList());
        assertTrue(frame.contains(" > ff:ff:ff:ff:ff:ff, ethertype "), frame);
        assertTrue(frame.contains(" > " + group + ": "), frame);
        if (family == StandardProtocolFamily.INET) {
            // As ucarp -M, with a right checksum, of which tcpdump would complain.
            assertTrue(frame.contains("tos 0x10, ttl 255, id 0, offset 0, flags [DF]"), frame);
            assertTrue(frame.contains("length 56)") && !frame.contains("bad cksum 0"), frame);
        } else {
            assertTrue(frame.contains("hlim 255, next-header"), frame);
        }
        assertHeard(other, sender, 255);
    }

    @Test
    void peersHearEachOtherAndNobodyElseIsHeard() throws Exception {
        lan.host(2).ip("address add 10.9.0.22/24 dev eth0");
        // The same list on both: what is their own is left out.
        var one = up(1, unicast(7, "10.9.0.1", "10.9.0.2"));
        var two = up(2, unicast(7, "10.9.0.1", "10.9.0.2"));
        assertHeard(one, two, -1);
        assertHeard(two, one, -1);
        // Not from a peer's address, and not to us but to the group.
        edit(
                two,
                new Delivery(
                        "eth0",
                        StandardProtocolFamily.INET,
                        7,
                        Delivery.GROUP,
                        false,
                        List.of(ip("10.9.0.1")),
                        ip("10.9.0.22")));
        assertEquals(0, two.send(PACKET));
        BinderHost.await("refused", () -> one.wrongPeers() == 1);
        var neighbour = up(1, multicast(8, "224.0.0.18", false));
        edit(two, multicast(7, "224.0.0.18", false));
        assertEquals(0, two.send(PACKET));
        BinderHost.await("refused", () -> one.wrongPeers() == 2);
        // And who listens to the group takes nothing that is sent to it alone.
        assertEquals(0, one.send(PACKET));
        BinderHost.await("refused", () -> two.wrongPeers() == 1);
        assertEquals(0, one.waiting() + two.waiting() + neighbour.waiting());
    }

    @Test
    void peersByIpv6GlobalAndLinkLocal() throws Exception {
        var one = up(1, unicast(7, "fd09::1", "fd09::2"));
        var two = up(2, unicast(7, "fd09::1", "fd09::2"));
        assertHeard(one, two, -1);
        assertEquals(ip("fd09::1"), one.ask(Port::source));
        var linkLocalOne = linkLocal(1);
        var linkLocalTwo = linkLocal(2);
        edit(one, unicast(7, linkLocalOne, linkLocalTwo));
        edit(two, unicast(7, linkLocalOne, linkLocalTwo));
        assertHeard(one, two, -1);
        assertHeard(two, one, -1);
        assertEquals(ip(linkLocalOne), one.ask(Port::source));
    }

    private String linkLocal(int n) {
        return lan.host(n).ip("-6 -o address show dev eth0 scope link").replaceAll("(?s).*inet6 (fe80:[^/]*)/.*", "$1");
    }

    @Test
    void oneUnreachablePeerHarmsNobodyAndNobodyButUsIsNobody() throws Exception {
        var two = up(2, unicast(7, "10.9.0.1"));
        var one = up(1, unicast(7, "203.0.113.9", "10.9.0.2"));
        assertHeard(one, two, -1);
        edit(one, unicast(7, "10.9.0.1"));
        assertEquals("peers names nobody but this node: nothing can be sent to anybody", one.await(Link.UNUSABLE));
        assertEquals(100, one.send(PACKET));
    }

    @Test
    void theSourceIsWhatWasAskedForOrNothingIsSaid() throws Exception {
        var two = up(2, Delivery.multicast("eth0", StandardProtocolFamily.INET, 7));
        var one = open(1, from("10.9.0.11"));
        assertEquals("source = 10.9.0.11 is no address of eth0 to speak from", one.await(Link.UNUSABLE));
        assertEquals(100, one.send(PACKET));
        lan.host(1).ip("address add 10.9.0.11/24 dev eth0");
        one.await(Link.UP);
        assertHeard(one, two, 255);
        assertEquals(ip("10.9.0.11"), one.ask(Port::source));
        edit(one, from("10.9.0.1"));
        assertHeard(one, two, 255);
        assertEquals(ip("10.9.0.1"), one.ask(Port::source));
        edit(one, from("10.9.0.11"));
        assertHeard(one, two, 255);
        lan.host(1).ip("address delete 10.9.0.11/24 dev eth0");
        one.await(Link.UNUSABLE);
    }

    @Test
    void anIpv6SourceMayBeAnyAddressOfTheInterface() throws Exception {
        var two = up(2, Delivery.multicast("eth0", StandardProtocolFamily.INET6, 7));
        var one = up(1, from("fd09::1"));
        assertHeard(one, two, 255);
        assertEquals(ip("fd09::1"), one.ask(Port::source));
    }

    @Test
    void whereTheKernelAllowsNoMoreGroupsTheReasonNamesTheLimit() throws Exception {
        lan.host(1).call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/igmp_max_memberships"), "2"));
        up(1, multicast(1, "239.1.0.1", false));
        up(1, multicast(2, "239.1.0.2", false));
        var third = open(1, multicast(3, "239.1.0.3", false));
        var why = third.await(Link.UNUSABLE);
        assertTrue(why.startsWith("on eth0: setsockopt join 239.1.0.3: "), why);
        assertTrue(why.endsWith("; net.ipv4.igmp_max_memberships limits the groups of one socket"), why);
        edit(third, multicast(3, "239.1.0.2", false));
        third.await(Link.UP);
    }
}
