// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel silently drops packets that it would not answer through the same interface. */
class ReversePathLinkTest {
    private static final String FINDING =
            "finding web web: advertisements of other nodes are not heard: with rp_filter = 1";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-rpf", 2);
        for (int n = 1; n <= 2; n++) {
            for (var where : List.of("all", "eth0")) {
                var file = Path.of("/proc/sys/net/ipv4/conf", where, "rp_filter");
                lan.host(n).call(() -> Files.writeString(file, "1"));
            }
        }
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void twoNodesWithoutARouteToEachOtherSayWhyTheyAreBothMasterUntilThereIsOne() throws Exception {
        move(1, "192.0.2.11");
        move(2, "198.51.100.22");
        var better = new EngineNode(lan.host(1)).web("advskew=0");
        var worse = new EngineNode(lan.host(2)).web("advskew=100");
        for (var node : List.of(better, worse)) {
            node.await("serving web");
            var finding = node.await(FINDING).text();
            assertTrue(finding.contains("ip route add") && finding.contains("net.ipv4.conf.eth0.rp_filter=0"), finding);
        }
        lan.host(1).ip("route add 198.51.100.22/32 dev eth0");
        lan.host(2).ip("route add 192.0.2.11/32 dev eth0");
        worse.awaitState("BACKUP");
        for (var node : List.of(better, worse)) {
            BinderHost.await("settled", () -> !node.ask("status").contains("rp_filter"));
        }
    }

    /** Gives a node another address in place of its own. */
    private void move(int n, String address) {
        lan.host(n).ip("address delete 10.9.0." + n + "/24 dev eth0");
        lan.host(n).ip("address add " + address + "/32 dev eth0");
    }

    @Test
    void anOrdinarySubnetIsNoAlarmAndWhoeverLosesItsRouteIs() throws Exception {
        var node = new EngineNode(lan.host(1)).web("");
        node.await("serving web"); // By then the node has looked at its routes for the first time.
        assertFalse(node.lines().stream().anyMatch(line -> line.text().startsWith("finding")));
        lan.host(1).ip("route delete 10.9.0.0/24 dev eth0");
        node.await(FINDING);
    }

    @Test
    void aPeerWhoseWayIsAnotherOneIsNamed() throws Exception {
        var node = new EngineNode(lan.host(1)).web("peers=10.9.0.2,203.0.113.9");
        var finding = node.await(FINDING).text();
        assertTrue(finding.contains("none leads to 203.0.113.9:"), finding);
    }
}
