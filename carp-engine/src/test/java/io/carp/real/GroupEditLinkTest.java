// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes get a new pass and new addresses one after the other, while a client uses the address. */
class GroupEditLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String TWO = VIP + ",10.9.0.101";
    /** In seconds. Half of that is plenty for the edit of three nodes, even on a slow machine. */
    private static final int WINDOW = 10;
    /**
     * A backup waits for 5 s and no lease ends a master. So only deafness can make a second one, not a slow machine.
     */
    private static final String USUAL = "deadRatio=5 lease=false digestOverlap=" + WINDOW;

    private Lan lan;
    private Wiretap wire;
    private List<EngineNode> nodes;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-group", 4);
        wire = new Wiretap(lan);
        var first = new EngineNode(lan.host(1)).web(USUAL);
        first.await("serving web");
        nodes = List.of(
                first,
                new EngineNode(lan.host(2)).web(USUAL + " advskew=50"),
                new EngineNode(lan.host(3)).web(USUAL + " advskew=100"));
        for (var backup : nodes.subList(1, 3)) {
            backup.awaitState("BACKUP");
        }
        wire.await(wire.mark(), 2, from(1));
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void noEditOfAGroupMakesASecondMaster() throws Exception {
        int mark = wire.mark();
        var client = lan.host(4).start("ping", "-n", "-i", "0.2", "-w", "300", VIP);
        // The master comes first in one edit and last in the next, which begins in the window of the one before.
        edit("pass=new", List.of(1, 2, 3));
        edit("virtualIps=" + TWO, List.of(3, 2, 1));
        throughTheWindow();
        edit("virtualIps=" + VIP + " pass=newer", List.of(2, 1, 3));
        throughTheWindow();

        assertEquals(List.of(), wire.since(mark, h -> !from(1).test(h)), "only the master spoke");
        assertEquals(List.of(), wire.since(mark, Heard::bowOut));
        assertEquals(
                List.of("MASTER", "BACKUP", "BACKUP"),
                nodes.stream().map(EngineNode::state).toList());
        for (var node : nodes) {
            assertEquals(
                    1,
                    node.lines().stream()
                            .filter(l -> l.text().startsWith("state web BACKUP"))
                            .count());
            assertTrue(node.ask("status").contains("badauth=0"), "somebody was deaf");
        }
        assertTrue(lost(client) <= 1, "packets were lost; one may be on its way when the client is interrupted");
        assertTrue(nodes.get(0).has(VIP));
    }

    private void edit(String settings, List<Integer> order) throws Exception {
        for (int n : order) {
            var node = nodes.get(n - 1);
            int before = node.lines().size();
            node.tell("edit web " + settings);
            node.await("edited web", before);
        }
    }

    /** After its first half all send the new digest; after its end none takes the old one. */
    private void throughTheWindow() throws Exception {
        wire.await(wire.mark(), WINDOW + 2, from(1));
    }

    /** Interrupts the ping, which then sums up, and returns how many answers were lost. */
    private static int lost(Process ping) throws Exception {
        new ProcessBuilder("kill", "-INT", "" + ping.pid()).start().waitFor();
        try (var out = new BufferedReader(new InputStreamReader(ping.getInputStream(), StandardCharsets.UTF_8))) {
            var sum = out.lines()
                    .filter(line -> line.contains("packets transmitted"))
                    .findFirst()
                    .orElse("no summary");
            System.out.println("group edits: " + sum);
            var words = sum.split(" ");
            return Integer.parseInt(words[0]) - Integer.parseInt(words[3]);
        }
    }
}
