// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.LinkMessage;
import io.carp.linux.Netlink;
import io.carp.linux.PacketSocket;
import io.carp.testing.contract.Recorder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that are not on one link, and why no other node may be behind a router. */
@Timeout(180)
class RoutedPeersLinkTest {
    private static final String VIP = "10.3.0.100";

    @ParameterizedTest
    @ValueSource(strings = {"10.1.0.1,10.2.0.1", "fd01::1,fd02::1"})
    void peersBehindARouterTakeOverFromEachOther(String peers) throws Exception {
        // Both nodes have the same list, from which each leaves its own address out.
        var settings = "virtualIps=" + VIP + " peers=" + peers + " ";
        try (var net = new Routed("carp-routed")) {
            var wire = net.host(2)
                    .start(
                            "tcpdump",
                            "-i",
                            "eth0",
                            "-n",
                            "-v",
                            "-l",
                            "--immediate-mode",
                            "-Q",
                            "in",
                            "-c",
                            "1",
                            "-T",
                            "carp",
                            "proto",
                            "112");
            var capture = new BufferedReader(new InputStreamReader(wire.getInputStream(), StandardCharsets.UTF_8));
            var master = new EngineNode(net.host(1)).web(settings + "advskew=0");
            var backup = new EngineNode(net.host(2)).web(settings + "advskew=50 deadRatio=10"); // It is patient.
            master.await("serving web");
            backup.awaitState("BACKUP");
            var heard = String.join(" ", capture.lines().toList());
            System.out.println(heard);
            assertTrue(heard.contains("ttl 254") || heard.contains("hlim 254"), heard);
            BinderHost.await("heard", () -> {
                var status = backup.ask("status");
                return !status.contains(peers.contains(":") ? "ipackets6=0" : "ipackets=0");
            });
            assertEquals("BACKUP", backup.state());
            master.signal("KILL");
            backup.await("serving web");
            assertTrue(backup.has(VIP));
            BinderHost.await("the dead node's address is gone", () -> !master.has(VIP));

            var second = new EngineNode(net.host(1)).web(settings + "advskew=100");
            second.awaitState("BACKUP");
            backup.stop();
            second.await("serving web");
            assertFalse(backup.has(VIP));
            var status = second.ask("status");
            for (var wrong : new String[] {"badttl=0", "badauth=0", "wrongPeer=0", "sendErrors=0"}) {
                assertTrue(status.contains(wrong), status);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.0.100", "fd09::100"})
    void whatWasRoutedToTheGroupIsRefused(String virtualIp) throws Exception {
        try (var lan = new Lan("carp-ttl", 2)) {
            var node = new EngineNode(lan.host(1)).web("virtualIps=" + virtualIp);
            node.awaitState("BACKUP");
            lan.host(2).call(() -> {
                try (var netlink = Netlink.open(1000);
                        var socket = PacketSocket.open()) {
                    var link = netlink.link("eth0");
                    var frame = virtualIp.contains(":") ? ipv6(link) : ipv4(link);
                    assertEquals(0, socket.send(link.ifindex(), frame));
                }
                return true;
            });
            BinderHost.await("refused", () -> node.ask("status").contains("badttl=1"));
            var status = node.ask("status");
            assertTrue(
                    status.contains("ipackets=0") && status.contains("ipackets6=0") && status.contains("wrongPeer=0"),
                    status);
        }
    }

    /** An advertisement to the group, as a router would have passed it on. */
    private static byte[] ipv4(LinkMessage link) throws Exception {
        var frame = ByteBuffer.allocate(14 + 20 + 36);
        frame.put(new byte[] {1, 0, 0x5e, 0, 0, 0x12})
                .put(link.hardwareAddress())
                .putShort((short) 0x0800);
        frame.putShort((short) 0x4500)
                .putShort((short) 56)
                .putInt(0x4000)
                .put((byte) 254)
                .put((byte) 112);
        frame.putShort((short) 0).put(InetAddress.getByName("10.9.0.2").getAddress());
        frame.put(InetAddress.getByName("224.0.0.18").getAddress());
        int sum = 0;
        for (int at = 14; at < 34; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        frame.putShort(24, (short) ~(sum % 0xffff));
        return frame.put(Recorder.advertisement(7)).array();
    }

    private static byte[] ipv6(LinkMessage link) throws Exception {
        var frame = ByteBuffer.allocate(14 + 40 + 36);
        frame.put(new byte[] {0x33, 0x33, 0, 0, 0, 0x12})
                .put(link.hardwareAddress())
                .putShort((short) 0x86dd);
        frame.putInt(0x60000000).putShort((short) 36).put((byte) 112).put((byte) 254);
        frame.put(InetAddress.getByName("fd09::2").getAddress());
        frame.put(InetAddress.getByName("ff02::12").getAddress());
        return frame.put(Recorder.advertisement(7)).array();
    }
}
