// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.config.EngineConfig;
import io.carp.engine.WholeHost;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As many virtual hosts as a link can have, and many links; what that costs, {@code scripts/measure} tells. */
class ManyLinkTest {
    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-many", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void allVirtualHostsOfALinkAreTakenOverFromANodeThatIsKilled() throws Exception {
        var wire = new Wiretap(lan);
        var all = new Many(1, 255);
        var master = new EngineNode(lan.host(1));
        all.start(master, "advskew=0");
        all.await(master, "serving ", "");
        all.awaitBound(master.host, 255);
        var backup = new EngineNode(lan.host(2));
        all.start(backup, "advskew=100");
        all.await(backup, "state ", " BACKUP initialization complete");
        int mark = wire.mark();
        BinderHost.await(
                "all advertise",
                60_000,
                () -> wire.since(mark, from(1)).stream()
                                .map(Wiretap.Heard::vhid)
                                .collect(Collectors.toSet())
                                .size()
                        == 255);

        master.signal("KILL");
        all.await(backup, "state ", " MASTER master timed out");
        all.await(backup, "serving ", "");
        all.awaitBound(backup.host, 255);
        all.awaitBound(master.host, 0);
    }

    @Test
    void aThousandOnFourLinksAreHandedOverInGoodOrder() throws Exception {
        var all = new Many(4, 250);
        all.plug(lan);
        var master = new EngineNode(lan.host(1));
        all.start(master, "advskew=0");
        all.await(master, "serving ", "");
        all.awaitBound(master.host, 1000);
        var backup = new EngineNode(lan.host(2));
        all.start(backup, "advskew=100");
        all.await(backup, "state ", " BACKUP initialization complete");

        master.stop();
        assertEquals(0, all.bound(master.host));
        all.await(master, "resting ", "");
        all.await(backup, "serving ", "");
        all.awaitBound(backup.host, 1000);
    }

    /**
     * The engine is whole here: each virtual host tells of its link, and the node is demoted for it. What is asserted does
     * not depend on how busy the machine is, or hardly; what others on the wire see of it is printed.
     */
    @Test
    void fourCablesArePulledAndTheThousandVirtualHostsThereHoldUpNobodyOnTheFifth() throws Exception {
        var wire = new Wiretap(lan);
        var all = new Many(5, 250);
        var pulled = IntStream.rangeClosed(251, 1250).mapToObj(n -> "h" + n).collect(Collectors.toSet());
        all.plug(lan);
        var node = new EngineNode(WholeHost.class, lan.host(1), "-XX:TieredStopAtLevel=1");
        all.start(node, "advskew=0");
        all.await(node, "state ", " MASTER master timed out");
        all.awaitBound(node.host, 1250);
        int begin = wire.mark();
        wire.await(begin, 2000, from(1));
        Busy before = busy(node);

        int mark = wire.mark();
        int lines = node.lines().size();
        cables("down");
        all.awaitBound(node.host, 250);
        node.await("demotion " + 4 * EngineConfig.DEFAULT.linkDownDemotion(), lines);
        awaitTold(node, lines, "INIT", pulled);
        Busy down = busy(node);
        cables("up");
        node.await("demotion 0", lines);
        awaitTold(node, lines, "BACKUP", pulled);
        Busy up = busy(node);
        awaitTold(node, lines, "MASTER", pulled);
        all.awaitBound(node.host, 1250);
        wire.await(wire.mark(), 500, from(1));
        Busy again = busy(node);
        System.out.println("four cables of 1000 virtual hosts: before " + before + ", pulled " + down + ", plugged in "
                + up + ", master again " + again + "; the others' advertisements late by at most "
                + worstLateness(wire.heard().subList(begin, mark)) + " ms before, "
                + worstLateness(wire.since(mark, from(1))) + " ms then; leases that ran out: " + ranOut(node));
        // One for each host and each of the four links, and what each host does for itself.
        assertTrue(down.tasks < 1250 * 4 + 1000 * 20, "pulled: " + down);
        assertTrue(up.tasks < 1250 * 4 + 1000 * 20, "plugged in: " + up);
        assertTrue(again.tasks < 1250 * 4 + 1000 * 20, "master again: " + again);
        // Of the processor, so it is the same on a machine that is busy, or nearly so.
        assertTrue(down.micros < 100_000, "pulled: " + down);
        assertTrue(up.micros < 100_000, "plugged in: " + up);
        // How many promotions fall due in the same moment is chance, and each takes a tenth of a millisecond.
        assertTrue(again.micros < 400_000, "master again: " + again);
        assertEquals(0, again.threads, "workers that the loop itself has started");
    }

    /**
     * What the loop had to do since the last time.
     *
     * @param micros that work of the loop itself has kept a timer waiting at most
     * @param threads that the loop itself has started, since the beginning
     */
    private record Busy(long tasks, long micros, long threads) {}

    private static Busy busy(EngineNode node) throws Exception {
        int before = node.lines().size();
        node.tell("loop");
        var words = node.await("answer loop", before).text().split(" ");
        return new Busy(Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
    }

    private static void awaitTold(EngineNode node, int since, String state, Set<String> names) throws Exception {
        BinderHost.await(state, 180_000, () -> told(node, since, state).containsAll(names));
    }

    private static long ranOut(EngineNode node) {
        return node.lines().stream()
                .filter(line -> line.text().contains("ran out, though"))
                .count();
    }

    private void cables(String upOrDown) {
        var batch = IntStream.rangeClosed(1, 4).mapToObj(i -> "link set port1-" + i + " " + upOrDown);
        lan.wire().run("sh", "-c", "echo '" + batch.collect(Collectors.joining("\n")) + "' | ip -b -");
    }

    /** Who has told since then that it went to this state. */
    private static Set<String> told(EngineNode node, int since, String state) {
        return node.lines().stream()
                .skip(since)
                .map(line -> line.text().split(" "))
                .filter(words -> words[0].equals("state") && words[2].equals(state))
                .map(words -> words[1])
                .collect(Collectors.toSet());
    }

    /** By how many milliseconds an advertisement came later than the one before it had said. */
    private static long worstLateness(List<Wiretap.Heard> advertisements) {
        Map<Integer, Wiretap.Heard> last = new HashMap<>();
        long worst = 0;
        for (var next : advertisements) {
            var before = last.put(next.vhid(), next);
            if (before != null) {
                long interval = before.advbase() * 1_000_000L + before.advskew() * 1_000_000L / 256;
                worst = Math.max(worst, next.micros() - before.micros() - interval);
            }
        }
        return worst / 1000;
    }
}
