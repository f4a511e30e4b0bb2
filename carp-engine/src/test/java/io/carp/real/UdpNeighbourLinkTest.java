// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes of one machine share a virtual host on purpose, and hear each other on the loopback interface. */
class UdpNeighbourLinkTest {
    private static final String VIP = "10.9.0.100";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-neighudp", 1);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void theyHandOverToEachOtherAndTheSecondTakesOverFromTheDead() throws Exception {
        var root = node("root", 1, "advskew=0 preempt=true");
        root.await("serving web");
        var child = node("child", 2, "advskew=20");
        child.awaitState("BACKUP");

        root.ask("stepdown");
        child.await("serving web");
        root.awaitState("BACKUP");
        assertTrue(root.has(VIP));

        // By preemption the new master speaks first, and the old one lets go a moment later.
        root.ask("takeover");
        child.awaitState("BACKUP");
        BinderHost.await("root serves", () -> root.ask("status").contains("MASTER bound"));
        assertEquals("MASTER", root.state());
        assertEquals(1, lan.host(1).call(() -> BinderHost.dump(VIP)).size());

        int before = child.lines().size();
        root.signal("KILL");
        child.await("serving web", before);
        assertEquals(1, lan.host(1).call(() -> BinderHost.dump(VIP)).size());

        var again = node("root", 1, "advskew=0 preempt=true");
        again.await("serving web");
        child.awaitState("BACKUP");
        again.stop();
        child.awaitState("MASTER");
        for (var node : List.of(again, child)) {
            assertFalse(node.lines().stream().anyMatch(l -> l.text().contains("behind our back")));
            assertFalse(
                    node.lines().stream().anyMatch(l -> l.text().startsWith("finding")),
                    node.lines().toString());
        }
    }

    @Test
    void aSecondProcessOnTheSamePortIsToldWhoHasIt() throws Exception {
        var first = node("root", 1, "advskew=0");
        first.await("serving web");
        var second = node("child", 1, "advskew=20");
        var finding = second.await("finding web web: interface = eth0: cannot listen on UDP port 5112 of 127.0.0.1: ");
        assertTrue(
                finding.text().endsWith(": process " + first.pid() + " of this machine (/opt/root) has it"),
                finding.text());
        first.signal("KILL");
        second.await("serving web");
    }

    private EngineNode node(String name, int address, String settings) throws Exception {
        var node = new EngineNode(lan.host(1), "-XX:TieredStopAtLevel=1", "-Dkaraf.base=/opt/" + name);
        node.tell("udp bind=127.0.0." + address + " peers=127.0.0." + (3 - address));
        return node.web("transport.target=udp " + settings);
    }
}
