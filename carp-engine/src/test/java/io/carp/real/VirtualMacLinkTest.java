// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes with {@code virtualMac = true}, hosts 1 and 2, and a client, host 3. */
class VirtualMacLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String VIP6 = "fd09::100";
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:07";
    private static final String SETTINGS = "virtualMac=true virtualIps=" + VIP + "," + VIP6 + " advskew=";

    private Lan lan;
    private Netns client;
    private final List<String> frames = new CopyOnWriteArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-vmac", 3);
        client = lan.host(3);
        for (int n = 1; n <= 2; n++) {
            lan.host(n).call(() -> {
                var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
                Files.writeString(conf.resolve("arp_ignore"), "1");
                return Files.writeString(conf.resolve("arp_announce"), "2");
            });
        }
        var tcpdump = client.start("tcpdump", "-i", "eth0", "-n", "-e", "-l", "--immediate-mode", "arp or proto 112");
        var reader = new BufferedReader(new InputStreamReader(tcpdump.getInputStream(), StandardCharsets.UTF_8));
        for (var line = reader.readLine(); !line.contains("listening on"); line = reader.readLine()) {
            // tcpdump first prints some lines about itself.
        }
        var thread = new Thread(() -> reader.lines().forEach(frames::add));
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void theClientsNeighbourStaysTheSameThroughAFailover() throws Exception {
        var master = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        master.await("serving web");
        var backup = new EngineNode(lan.host(2)).web(SETTINGS + "100");
        backup.awaitState("BACKUP");
        pings();
        assertNeighbourIsVirtual();
        BinderHost.await("the switch knows it at port 1", () -> isBehind("port1"));
        assertFalse(isUp(lan.host(2)), "a backup's is down");

        master.signal("KILL");
        backup.await("serving web");
        assertNeighbourIsVirtual();
        BinderHost.await("the switch knows it at port 2", () -> isBehind("port2"));
        pings();
        assertNeighbourIsVirtual();
        assertFalse(master.has(VIP) || master.has(VIP6), "the dead node kept an address");

        var again = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        again.awaitState("BACKUP");
        assertFalse(isUp(lan.host(1)), "what the dead node left is adopted and down");
        backup.stop();
        again.await("serving web");
        pings();
        assertNeighbourIsVirtual();
        again.stop();
        assertEquals("", macvlan(lan.host(1)) + macvlan(lan.host(2)), "nothing is left");

        var claims = frames.stream().filter(VirtualMacLinkTest::claims).toList();
        assertTrue(claims.size() > 3, frames.toString());
        assertEquals(
                List.of(),
                claims.stream().filter(f -> !f.contains(VIRTUAL_MAC + " >")).toList());
        assertEquals(
                List.of(),
                claims.stream().filter(VirtualMacLinkTest::isAtAnotherMac).toList());
    }

    @Test
    void advertisementsLeaveFromIt() throws Exception {
        var master = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        master.await("serving web");
        BinderHost.await(
                "both families",
                () -> frames.stream().anyMatch(f -> isAdvertisement(f) && f.contains("IPv4"))
                        && frames.stream().anyMatch(f -> isAdvertisement(f) && f.contains("IPv6")));
        assertEquals(
                List.of(),
                frames.stream()
                        .filter(VirtualMacLinkTest::isAdvertisement)
                        .filter(f -> !f.contains(" " + VIRTUAL_MAC + " > 01:00:5e:00:00:12")
                                && !f.contains(" " + VIRTUAL_MAC + " > 33:33:00:00:00:12"))
                        .toList());
        master.stop();
        // The bow-out must not make the switch look for the virtual MAC at the node that has left.
        BinderHost.await("the bow-out", () -> frames.stream()
                .anyMatch(f -> isAdvertisement(f) && !f.contains(" " + VIRTUAL_MAC + " > ")));
    }

    /** A macvlan in private mode would not let packets from our own hardware address through to us. */
    @Test
    void twoMastersHearEachOtherWhenThePartitionHeals() throws Exception {
        var better = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        better.await("serving web");
        var worse = new EngineNode(lan.host(2)).web(SETTINGS + "100");
        worse.awaitState("BACKUP");
        lan.wire().ip("link set port1 nomaster");
        worse.await("serving web");
        assertEquals("MASTER", better.state());
        lan.wire().ip("link set port1 master br0");
        worse.awaitState("BACKUP");
        assertEquals("MASTER", better.state());
        BinderHost.await("the switch knows it at port 1", () -> isBehind("port1"));
        BinderHost.await("released", () -> !worse.has(VIP) && !worse.has(VIP6) && !isUp(lan.host(2)));
        pings();
        assertNeighbourIsVirtual();
    }

    @Test
    void anInterfaceThatIsMadeAnewGetsANewOne() throws Exception {
        var master = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        master.await("serving web");
        lan.wire().ip("link delete port1");
        master.awaitState("INIT");
        int before = master.lines().size();
        lan.plug(1);
        lan.host(1).call(() -> {
            var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
            Files.writeString(conf.resolve("arp_ignore"), "1");
            return Files.writeString(conf.resolve("arp_announce"), "2");
        });
        master.await("serving web", before);
        pings();
        assertNeighbourIsVirtual();
    }

    @Test
    void oneThatSomebodyDeletesOrSetsDownIsPutBack() throws Exception {
        var master = new EngineNode(lan.host(1)).web(SETTINGS + "0");
        master.await("serving web");
        lan.host(1).ip("link delete carp7.eth0");
        BinderHost.await("there again", () -> isUp(lan.host(1)) && master.has(VIP) && master.has(VIP6));
        lan.host(1).ip("link set carp7.eth0 down");
        BinderHost.await("up again", () -> isUp(lan.host(1)) && master.has(VIP) && master.has(VIP6));
        assertEquals("MASTER", master.state());
        pings();
    }

    private void pings() throws Exception {
        BinderHost.await("ping " + VIP, () -> pings("-4", VIP));
        BinderHost.await("ping " + VIP6, () -> pings("-6", VIP6));
    }

    private boolean pings(String family, String address) throws Exception {
        return new ProcessBuilder(client.inside("ping", family, "-n", "-c", "1", "-W", "2", address))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private void assertNeighbourIsVirtual() {
        for (var address : List.of("-4 neigh show " + VIP, "-6 neigh show " + VIP6)) {
            var known = client.ip(address + " dev eth0");
            assertTrue(known.contains(VIRTUAL_MAC), address + ": " + known);
        }
    }

    private boolean isBehind(String port) {
        return lan.wire()
                .run("bridge", "fdb", "show", "br", "br0")
                .lines()
                .anyMatch(line -> line.startsWith(VIRTUAL_MAC + " dev " + port + " "));
    }

    private static String macvlan(Netns host) {
        return host.ip("-o link show type macvlan");
    }

    private static boolean isUp(Netns host) {
        return macvlan(host).matches("(?s).*carp7\\.eth0@.*[<,]UP[,>].*");
    }

    /** An ARP packet, request or reply, that says where the virtual IP is. */
    private static boolean claims(String frame) {
        return frame.contains(VIP + " is-at") || frame.contains("tell " + VIP);
    }

    private static boolean isAtAnotherMac(String frame) {
        return frame.contains(" is-at ") && !frame.contains(" is-at " + VIRTUAL_MAC);
    }

    private static boolean isAdvertisement(String frame) {
        return frame.contains(" > 224.0.0.18") || frame.contains(" > ff02::12");
    }
}
