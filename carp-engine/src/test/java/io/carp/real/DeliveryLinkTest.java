// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.RawPair.PACKET;
import static io.carp.real.RawPair.assertHeard;
import static io.carp.real.RawPair.edit;
import static io.carp.real.RawPair.from;
import static io.carp.real.RawPair.ip;
import static io.carp.real.RawPair.multicast;
import static io.carp.real.RawPair.unicast;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Port;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.nio.charset.StandardCharsets;
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
    private RawPair pair;

    @BeforeEach
    void build() {
        pair = new RawPair("carp-net-way");
    }

    @AfterEach
    void tearDown() {
        if (pair != null) {
            pair.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = StandardProtocolFamily.class,
            names = {"INET", "INET6"})
    void broadcastIsTheSamePacketInAFrameToEverybody(StandardProtocolFamily family) throws Exception {
        var group = family == StandardProtocolFamily.INET ? "224.0.0.18" : "ff02::12";
        var sender = pair.up(2, multicast(7, group, true));
        var other = pair.up(1, multicast(7, group, false));
        var tcpdump = pair.lan
                .host(1)
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
            // This is what ucarp -M sends. tcpdump would complain about a wrong checksum.
            assertTrue(frame.contains("tos 0x10, ttl 255, id 0, offset 0, flags [DF]"), frame);
            assertTrue(frame.contains("length 56)") && !frame.contains("bad cksum 0"), frame);
        } else {
            assertTrue(frame.contains("hlim 255, next-header"), frame);
        }
        assertHeard(other, sender, 255);
    }

    @Test
    void peersHearEachOtherAndNobodyElseIsHeard() throws Exception {
        pair.lan.host(2).ip("address add 10.9.0.22/24 dev eth0");
        // Both have the same list, from which each leaves its own address out.
        var one = pair.up(1, unicast(7, "10.9.0.1", "10.9.0.2"));
        var two = pair.up(2, unicast(7, "10.9.0.1", "10.9.0.2"));
        assertHeard(one, two, -1);
        assertHeard(two, one, -1);
        // The first packet comes from an address that is no peer's, the second goes to the group and not to us.
        edit(
                two,
                Delivery.multicast("eth0", StandardProtocolFamily.INET, 7)
                        .withPeers(List.of(ip("10.9.0.1")))
                        .withSource(ip("10.9.0.22")));
        assertEquals(0, two.send(PACKET));
        BinderHost.await("refused", () -> one.wrongPeers() == 1);
        var neighbour = pair.up(1, multicast(8, "224.0.0.18", false));
        edit(two, multicast(7, "224.0.0.18", false));
        assertEquals(0, two.send(PACKET));
        BinderHost.await("refused", () -> one.wrongPeers() == 2);
        // A node that listens to the group takes nothing that is sent to its own address.
        assertEquals(0, one.send(PACKET));
        BinderHost.await("refused", () -> two.wrongPeers() == 1);
        assertEquals(0, one.waiting() + two.waiting() + neighbour.waiting());
    }

    @Test
    void peersByIpv6GlobalAndLinkLocal() throws Exception {
        var one = pair.up(1, unicast(7, "fd09::1", "fd09::2"));
        var two = pair.up(2, unicast(7, "fd09::1", "fd09::2"));
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
        return pair.lan
                .host(n)
                .ip("-6 -o address show dev eth0 scope link")
                .replaceAll("(?s).*inet6 (fe80:[^/]*)/.*", "$1");
    }

    @Test
    void oneUnreachablePeerHarmsNobodyAndNobodyButUsIsNobody() throws Exception {
        var two = pair.up(2, unicast(7, "10.9.0.1"));
        var one = pair.up(1, unicast(7, "203.0.113.9", "10.9.0.2"));
        assertHeard(one, two, -1);
        edit(one, unicast(7, "10.9.0.1"));
        assertTrue(one.await(Link.ALONE).startsWith("peers names nobody but this node"));
        assertEquals(0, one.send(PACKET), "to nobody, as it was asked to");
        edit(one, unicast(7, "10.9.0.1", "10.9.0.2"));
        assertEquals("", one.await(Link.UP), "the second node is in the list now");
        assertHeard(one, two, -1);
    }

    @Test
    void theSourceIsWhatWasAskedForOrNothingIsSaid() throws Exception {
        var two = pair.up(2, Delivery.multicast("eth0", StandardProtocolFamily.INET, 7));
        var one = pair.open(1, from("10.9.0.11"));
        assertEquals("source = 10.9.0.11 is no address of eth0 to speak from", one.await(Link.UNUSABLE));
        assertEquals(100, one.send(PACKET));
        pair.lan.host(1).ip("address add 10.9.0.11/24 dev eth0");
        one.await(Link.UP);
        assertHeard(one, two, 255);
        assertEquals(ip("10.9.0.11"), one.ask(Port::source));
        edit(one, from("10.9.0.1"));
        assertHeard(one, two, 255);
        assertEquals(ip("10.9.0.1"), one.ask(Port::source));
        edit(one, from("10.9.0.11"));
        assertHeard(one, two, 255);
        pair.lan.host(1).ip("address delete 10.9.0.11/24 dev eth0");
        one.await(Link.UNUSABLE);
    }

    @Test
    void anIpv6SourceMayBeAnyAddressOfTheInterface() throws Exception {
        var two = pair.up(2, Delivery.multicast("eth0", StandardProtocolFamily.INET6, 7));
        var one = pair.up(1, from("fd09::1"));
        assertHeard(one, two, 255);
        assertEquals(ip("fd09::1"), one.ask(Port::source));
    }
}
