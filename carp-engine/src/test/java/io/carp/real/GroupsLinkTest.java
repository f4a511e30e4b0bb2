// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.RawPair.PACKET;
import static io.carp.real.RawPair.assertHeard;
import static io.carp.real.RawPair.edit;
import static io.carp.real.RawPair.multicast;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Transport.Link;
import java.net.StandardProtocolFamily;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Multicast groups of virtual hosts that share a socket. */
@Timeout(180)
class GroupsLinkTest {
    private RawPair pair;

    @BeforeEach
    void build() {
        pair = new RawPair("carp-net-group");
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
    void eachVirtualHostHearsItsOwnGroupOnlyThoughTheyShareASocket(StandardProtocolFamily family) throws Exception {
        boolean ipv4 = family == StandardProtocolFamily.INET;
        var usual = ipv4 ? "224.0.0.18" : "ff02::12";
        var other = ipv4 ? "239.1.2.3" : "ff02::4242";
        var sender = pair.up(2, multicast(7, other, false));
        var seven = pair.up(1, multicast(7, other, false));
        var eight = pair.up(1, multicast(8, usual, false));
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

    @Test
    void aGroupThatTwoShareIsStillTheirsWhenTheLinkWasAwayUnseen() throws Exception {
        var peer = pair.up(2, multicast(7, "224.0.0.18", false));
        var seven = pair.up(1, multicast(7, "224.0.0.18", false));
        var eight = pair.up(1, multicast(8, "224.0.0.18", false));
        var go = new CountDownLatch(1);
        pair.loops[1].execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        pair.lan.host(1).ip("link set eth0 down");
        pair.lan.host(1).ip("link set eth0 up");
        go.countDown();
        BinderHost.await("both can send", () -> seven.send(PACKET) == 0 && eight.send(PACKET) == 0);
        assertArrayEquals(PACKET, peer.packet().bytes());
        BinderHost.await("heard", () -> {
            peer.send(PACKET);
            return seven.waiting() > 0;
        });
        assertTrue(groups(1).contains("224.0.0.18"), groups(1));
        assertEquals(1, rawSockets(true));
    }

    @Test
    void whereTheKernelAllowsNoMoreGroupsTheReasonNamesTheLimit() throws Exception {
        pair.lan.host(1).call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/igmp_max_memberships"), "2"));
        pair.up(1, multicast(1, "239.1.0.1", false));
        pair.up(1, multicast(2, "239.1.0.2", false));
        var third = pair.open(1, multicast(3, "239.1.0.3", false));
        var why = third.await(Link.UNUSABLE);
        assertTrue(why.startsWith("on eth0: setsockopt join 239.1.0.3: "), why);
        assertTrue(why.endsWith("; net.ipv4.igmp_max_memberships limits the groups of one socket"), why);
        edit(third, multicast(3, "239.1.0.2", false));
        third.await(Link.UP);
    }

    private String groups(int n) {
        return pair.lan.host(n).ip("maddress show dev eth0");
    }

    private long rawSockets(boolean ipv4) {
        return pair.lan
                        .host(1)
                        .run("cat", ipv4 ? "/proc/net/raw" : "/proc/net/raw6")
                        .lines()
                        .count()
                - 1;
    }
}
