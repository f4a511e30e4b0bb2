// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of ours, each a process in a namespace. Mastership changes because a person wants it. */
class HandoverLinkTest {
    private static final String VIP = "10.9.0.100";
    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-hand", 3);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode node(int n, String settings) throws Exception {
        return new EngineNode(lan.host(n)).web(settings);
    }

    @Test
    void anOrderlyStopHandsOverAtOnce() throws Exception {
        var master = node(1, "advskew=0");
        var backup = node(2, "advskew=100");
        master.await("serving web");
        wire.await(wire.mark(), 2, from(1));
        int mark = wire.mark();
        master.stop();
        backup.await("serving web");
        var bowOut = wire.await(mark, 1, from(1).and(Heard::bowOut)).get(0);
        var first = wire.await(mark, 1, from(2)).get(0);
        long after = first.micros() - bowOut.micros();
        System.out.println("orderly stop: the backup advertises " + after + " us after the bow-out");
        backup.await("state web MASTER master handed over");
        assertTrue(master.await("resting web").micros() < bowOut.micros(), "consumers first");
        assertFalse(master.has(VIP));
        assertTrue(backup.has(VIP));
    }

    @Test
    void threeNodesEndInOneMasterWhenTheFirstStops() throws Exception {
        var first = node(1, "advskew=0");
        var second = node(2, "advskew=50");
        var third = node(3, "advskew=50");
        first.await("serving web");
        wire.await(wire.mark(), 2, from(1));
        first.stop();
        int mark = wire.mark();
        wire.await(mark, 4, from(2));
        // The bow-out promotes both; the tie between them goes to the lower address.
        assertEquals("MASTER", second.state());
        assertEquals("BACKUP", third.state());
        assertTrue(second.has(VIP));
        BinderHost.await("the third lets go", () -> !third.has(VIP));
        mark = wire.mark();
        wire.await(mark, 3, from(2));
        assertEquals(List.of(), wire.since(mark, from(3)));
    }

    @Test
    void anEditOfAdvskewSwapsRolesWherePreemptIsSet() throws Exception {
        var master = node(1, "advskew=0");
        var backup = node(2, "advskew=100 preempt=true");
        master.await("serving web");
        wire.await(wire.mark(), 2, from(1));
        int mark = wire.mark();
        master.tell("edit web advskew=200");
        var edited = master.await("edited web");
        backup.await("serving web");
        long after = wire.await(mark, 1, from(2)).get(0).micros() - edited.micros();
        System.out.println("edit of advskew: the better one advertises " + after + " us after it");
        backup.await("state web MASTER preempting a slower master");
        master.awaitState("BACKUP");
        BinderHost.await("the address has moved", () -> !master.has(VIP) && backup.has(VIP));
        wire.await(wire.mark(), 3, from(2));
        assertEquals("BACKUP", master.state());
    }

    @Test
    void whoSteppedDownDoesNotBounceBackInSpiteOfPreempt() throws Exception {
        var master = node(1, "advskew=0 preempt=true");
        var backup = node(2, "advskew=100");
        master.await("serving web");
        wire.await(wire.mark(), 2, from(1));
        int mark = wire.mark();
        var answer = master.ask("stepdown");
        assertTrue(answer.contains(" BACKUP"), answer);
        assertFalse(master.has(VIP), "answered before the address was released");
        backup.await("serving web");
        wire.await(mark, 5, from(2));
        assertEquals(List.of(), wire.since(mark, from(1).and(h -> !h.bowOut() && h.micros() > bowOut(mark))));
        assertEquals("BACKUP", master.state());
        assertTrue(backup.has(VIP));
    }

    private long bowOut(int mark) {
        return wire.since(mark, Heard::bowOut).get(0).micros();
    }

    @Test
    void takeOverWorksForTheBetterNodeAndIsRefusedToTheWorse() throws Exception {
        var first = node(2, "advskew=100");
        first.await("serving web");
        var better = node(1, "advskew=0");
        var worse = node(3, "advskew=200");
        wire.await(wire.mark(), 3, from(2));
        better.awaitState("BACKUP");
        worse.awaitState("BACKUP");
        var refused = worse.ask("takeover");
        assertTrue(refused.contains("refused") && refused.contains("10.9.0.2"), refused);
        var answer = better.ask("takeover");
        assertTrue(answer.contains(" MASTER bound"), answer);
        assertTrue(better.has(VIP));
        first.awaitState("BACKUP");
        BinderHost.await("released", () -> !first.has(VIP));
        wire.await(wire.mark(), 3, from(1));
        assertEquals("MASTER", better.state());
        assertEquals("BACKUP", first.state());
    }

    @Test
    void aTieAfterAPartitionGoesToTheLowerAddress() throws Exception {
        var higher = node(2, "advskew=0");
        higher.await("serving web");
        var lower = node(1, "advskew=0");
        lower.awaitState("BACKUP");
        isolate("on");
        lower.await("serving web");
        assertEquals("MASTER", higher.state());
        isolate("off");
        higher.awaitState("BACKUP");
        wire.await(wire.mark(), 3, from(1));
        assertEquals("MASTER", lower.state());
        assertEquals("BACKUP", higher.state());
        assertTrue(lower.has(VIP));
        assertFalse(higher.has(VIP));
    }

    /** Isolated ports of a bridge do not hear each other. */
    private void isolate(String onOrOff) {
        for (int n = 1; n <= 2; n++) {
            lan.wire().ip("link set dev port" + n + " type bridge_slave isolated " + onOrOff);
        }
    }

    @Test
    void addressesAreAddedAndRemovedWithoutLosingMastership() throws Exception {
        var master = node(1, "advskew=0");
        var backup = node(2, "advskew=100");
        master.await("serving web");
        wire.await(wire.mark(), 2, from(1));
        for (var ips : List.of("10.9.0.100,10.9.0.101", "10.9.0.101")) {
            for (var node : List.of(master, backup)) {
                int before = node.lines().size();
                node.tell("edit web virtualIps=" + ips);
                node.await("edited web", before);
                // Each node takes both digests until the other is edited, too.
                wire.await(wire.mark(), 2, from(1));
            }
            BinderHost.await(ips, () -> master.has(VIP) == ips.contains(VIP) && master.has("10.9.0.101"));
            wire.awaitAnnounced("10.9.0.101");
        }
        assertEquals(1, count(master, "serving"));
        assertEquals("MASTER", master.state());
        assertEquals(1, count(backup, "state web BACKUP"));
        assertEquals(0, count(backup, "serving"));
    }

    private static long count(EngineNode node, String begin) {
        return node.lines().stream().filter(l -> l.text().startsWith(begin)).count();
    }

    @Test
    void aForeignAddressIsLeftAloneAndTheHostStartsWhenItIsGone() throws Exception {
        lan.host(1).ip("address add " + VIP + "/24 dev eth0");
        var node = node(1, "");
        var finding = node.await("finding web").text();
        assertTrue(finding.contains(VIP + "/24 is already configured on eth0"), finding);
        var status = node.ask("status");
        assertTrue(status.contains(" INIT") && status.contains("already configured"), status);
        assertTrue(node.has(VIP));
        assertEquals(List.of(), wire.heard());
        lan.host(1).ip("address del " + VIP + "/24 dev eth0");
        node.await("serving web");
        assertTrue(node.has(VIP));
        var healthy = node.ask("status");
        assertTrue(healthy.contains("MASTER bound findings []"), healthy);
    }
}
