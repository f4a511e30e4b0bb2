// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The route of carp-camel-example in two containers, each in a network namespace without a way out, with Camel from the
 * local Maven repository. Needs root; without, the test says that it is skipped.
 */
public class CamelIT {
    private static final String VIP = "10.77.0.100";
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final String CONTEXT = "Apache Camel " + System.getProperty("camel.version") + " (camel-1) started";

    private static Lab lab;
    private static CamelNode left;
    private static CamelNode right;

    @BeforeClass
    public static void make() throws Exception {
        lab = Lab.create();
        left = new CamelNode(lab, "camel-left", "10.77.0.1");
        right = new CamelNode(lab, "camel-right", "10.77.0.2");
    }

    @AfterClass
    public static void stopBoth() throws Exception {
        for (CamelNode node : nodes()) {
            node.karaf.close();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    @Before
    public void oneMasterTicks() throws Exception {
        Map<CamelNode, Long> contexts = new HashMap<>();
        for (CamelNode node : nodes()) {
            node.karaf.configure("web", settings(node == left ? 0 : 100));
            if (!node.karaf.isAlive()) {
                contexts.put(node, node.count(CONTEXT));
                node.karaf.start();
            }
        }
        for (CamelNode node : contexts.keySet()) {
            node.karaf.awaitTransition("INIT -> ", PATIENCE);
            Lab.await("the context of the example runs", PATIENCE, () -> node.count(CONTEXT) > contexts.get(node));
        }
        Lab.await("one of the two holds " + VIP, PATIENCE, () -> left.karaf.holds(VIP) != right.karaf.holds(VIP));
        awaitTicks(master(), 2);
    }

    @After
    public void sayWhatTheRoutesDid() throws Exception {
        for (CamelNode node : nodes()) {
            Figures.print(
                    node.karaf.name,
                    "routes taken " + node.count(CamelNode.TAKEN) + ", lost " + node.count(CamelNode.LOST) + ", ticks "
                            + node.count(CamelNode.TICK));
        }
    }

    @Test
    public void ticksOnTheMasterOnlyUntilItIsKilledAndThenOnTheOther() throws Exception {
        CamelNode master = master();
        CamelNode backup = other(master);
        long before = backup.count(CamelNode.TICK);
        awaitTicks(master, 5);
        assertEquals("the backup does not tick", before, backup.count(CamelNode.TICK));

        master.karaf.kill();
        awaitTicks(backup, 2);
        long first = backup.times(CamelNode.TICK).get((int) before);
        Figures.print(
                "camel, master killed", Figures.millis(first - master.last(CamelNode.TICK)) + " from tick to tick");
        printLatency(backup);

        long frozen = master.count(CamelNode.TICK);
        oneMasterTicks();
        awaitTicks(backup, 3);
        assertEquals("the late-comer does not tick", frozen, master.count(CamelNode.TICK));
    }

    @Test
    public void stopsBeforeTheAddressGoes() throws Exception {
        for (int round = 1; round <= 3; round++) {
            CamelNode master = master();
            CamelNode backup = other(master);
            long taken = backup.count(CamelNode.TAKEN);
            long start = Lab.micros();
            master.karaf.client("carp:stepdown web");
            Lab.await("the address was dropped", PATIENCE, () -> dropped(master, start));
            awaitTicks(backup, 1);
            long address = master.karaf.addresses.dropped(VIP, start).orElseThrow();
            long route = master.last(CamelNode.LOST);
            Figures.print(
                    "camel, step-down", "route stopped " + Figures.millis(address - route) + " before the address");
            assertTrue("stopped " + route + ", dropped " + address, start - 1000 <= route && route <= address);
            assertEquals(taken + 1, backup.count(CamelNode.TAKEN));
            printLatency(backup);
        }
    }

    /** This also holds for a context that got its cluster service from a bundle that has been refreshed since. */
    @Test
    public void aRouteThatIsSlowToStopDoesNotKeepTheAddress() throws Exception {
        CamelNode master = master();
        Map<String, Object> impatient = settings(master == left ? 0 : 100);
        impatient.put("hookTimeout", 2);
        master.karaf.configure("web", impatient);
        Path jar = master.karaf.deploy().resolve("slow-route.jar");
        UserBundle.write(
                SlowRoute.class,
                jar,
                "org.apache.camel",
                "org.apache.camel.builder",
                "org.apache.camel.core.osgi",
                "org.apache.camel.model",
                "org.apache.camel.spi",
                "org.apache.camel.support",
                "org.apache.camel.support.service");
        master.karaf.awaitTransition(SlowRoute.ROUTE_STARTED, PATIENCE);
        master.karaf.client("bundle:refresh io.carp.carp-camel");
        awaitTicks(master, 1); // The route waits for carp-camel, and is made anew.

        long start = Lab.micros();
        master.karaf.client("carp:stepdown web");
        Lab.await("the address was dropped", PATIENCE, () -> dropped(master, start));
        long stopped = master.karaf.count(SlowRoute.ROUTE_STOPPED);
        long address = master.karaf.addresses.dropped(VIP, start).orElseThrow();
        assertEquals("the route still stops", 0, stopped);
        awaitTicks(other(master), 1);
        master.karaf.awaitTransition(SlowRoute.ROUTE_STOPPED, PATIENCE);
        String logged = "Leadership lost. Consumer stopped: slow";
        Lab.await("Camel says so", PATIENCE, () -> master.count(logged) > 0);
        long begun = master.last(logged) - SlowRoute.SECONDS * 1_000_000L;
        Figures.print(
                "camel, slow route",
                "address gone " + Figures.millis(address - begun) + " after the route began to stop, which takes "
                        + SlowRoute.SECONDS + " s; hookTimeout is 2 s");
        Files.delete(jar);
    }

    private static boolean dropped(CamelNode node, long after) throws Exception {
        return node.karaf.addresses.dropped(VIP, after).isPresent();
    }

    /** Prints the time from the registration of Mastership until Camel has logged that the consumer runs. */
    private static void printLatency(CamelNode node) throws Exception {
        String line = node.karaf.lastLine(MastershipTimes.REGISTERED);
        long registered = Long.parseLong(line.substring(MastershipTimes.REGISTERED.length()));
        Figures.print(
                "camel, " + node.karaf.name,
                "consumer started " + Figures.millis(node.last(CamelNode.TAKEN) - registered)
                        + " after Mastership was registered");
    }

    private static void awaitTicks(CamelNode node, int more) throws Exception {
        long enough = node.count(CamelNode.TICK) + more;
        Lab.await(node.karaf.name + " ticks", PATIENCE, () -> node.count(CamelNode.TICK) >= enough);
    }

    private static Map<String, Object> settings(int advskew) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("interface", "eth0");
        settings.put("vhid", 7);
        settings.put("pass", "routes");
        settings.put("virtualIps", VIP);
        settings.put("advskew", advskew);
        return settings;
    }

    private static List<CamelNode> nodes() {
        return left == null || right == null ? List.of() : List.of(left, right);
    }

    private static CamelNode master() throws Exception {
        return left.karaf.holds(VIP) ? left : right;
    }

    private static CamelNode other(CamelNode node) {
        return node == left ? right : left;
    }
}
