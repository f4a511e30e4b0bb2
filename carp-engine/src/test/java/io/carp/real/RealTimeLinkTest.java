// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.engine.PriorityHost;
import io.carp.engine.PriorityHost.Scheduled;
import io.carp.engine.WholeHost;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real-time priority of the loop of a service without root. */
@Timeout(180)
class RealTimeLinkTest {
    private static final String ORDINARY =
            "carp-loop OTHER 0, its thread OTHER 0, its process OTHER 0, with a priority ";

    private Lan lan;
    private Unprivileged nobody;

    @BeforeEach
    void start() throws Exception {
        lan = new Lan("carp-rt", 1);
        nobody = new Unprivileged(lan.host(1));
    }

    @AfterEach
    void stop() throws Exception {
        if (nobody != null) {
            nobody.close();
        }
        if (lan != null) {
            lan.close();
        }
    }

    /** The lines that it printed itself, not those of the log. */
    private List<String> run(String capabilities, String... edits) throws Exception {
        return nobody.run(PriorityHost.class, capabilities, edits)
                .lines()
                .filter(line -> line.matches("'.*|\\[(etc.*)?]"))
                .toList();
    }

    @Test
    void aRefusalIsSaidToWhoeverAskedForIt() throws Exception {
        List<String> lines = run("", "", "realtimePriority=1", "realtimePriority=0");
        assertEquals(6, lines.size(), lines.toString());
        assertEquals(List.of("'': " + ORDINARY, "[]"), lines.subList(0, 2));
        assertEquals("'realtimePriority=1': " + ORDINARY, lines.get(2));
        assertTrue(
                lines.get(3)
                        .matches(
                                "\\[etc/carp\\.engine\\.cfg: realtimePriority = 1: the system refuses it, and carp-loop goes on"
                                        + " with no real-time priority: sched_setscheduler: EPERM: Operation not permitted; the"
                                        + " limit RTPRIO of this process is 0, and it has no capability CAP_SYS_NICE: write"
                                        + " LimitRTPRIO=1 to the systemd unit, .*]"),
                lines.get(3));
        assertEquals(List.of("'realtimePriority=0': " + ORDINARY, "[]"), lines.subList(4, 6));
    }

    @Test
    void theThreadOfTheLeasesFollowsTheLoopAndNobodyElseDoes() throws Exception {
        var node = new EngineNode(WholeHost.class, lan.host(1)).tell("configure realtimePriority=3");
        node.web("").awaitState("MASTER");
        BinderHost.await("bound", () -> node.has("10.9.0.100"));
        BinderHost.await(
                "it leads", () -> withPriority(node).equals(Map.of("carp-loop", "RR 3", "carp-lease", "RR 2")));
        node.tell("configure realtimePriority=1");
        BinderHost.await("least", () -> withPriority(node).equals(Map.of("carp-loop", "RR 1", "carp-lease", "RR 1")));
        node.tell("configure realtimePriority=0");
        BinderHost.await("off", () -> withPriority(node).isEmpty());
        node.tell("configure demotion=1");
        BinderHost.await("default", () -> withPriority(node).size() == 2);
    }

    /** What the loop starts has lost it, for the kernel takes more away than the priority. */
    @Test
    void theWorkersHaveTheNiceOfTheContainer() throws Exception {
        var node = new EngineNode(WholeHost.class, lan.host(1)).web("");
        node.awaitState("MASTER");
        Map<Boolean, Set<Integer>> nice = Scheduled.all(node.pid()).stream()
                .filter(thread -> thread.name().matches("java|carp-starter|carp-worker.*"))
                .collect(Collectors.partitioningBy(
                        thread -> thread.name().equals("java"),
                        Collectors.mapping(Scheduled::nice, Collectors.toSet())));
        assertEquals(nice.get(true), nice.get(false));
    }

    private static Map<String, String> withPriority(EngineNode node) throws Exception {
        return Scheduled.all(node.pid()).stream()
                .filter(thread -> thread.policy() != 0)
                .collect(Collectors.toMap(Scheduled::name, Scheduled::toString));
    }

    @Test
    void oneCapabilityIsEnough() throws Exception {
        List<String> lines = run("sys_nice", "", "realtimePriority=0", "realtimePriority=2");
        assertEquals(
                List.of(
                        "'': carp-loop RR 1, its thread OTHER 0, its process OTHER 0, with a priority carp-loop",
                        "[]",
                        "'realtimePriority=0': " + ORDINARY,
                        "[]",
                        "'realtimePriority=2': carp-loop RR 2, its thread OTHER 0, its process OTHER 0, with a priority"
                                + " carp-loop",
                        "[]"),
                lines);
    }
}
