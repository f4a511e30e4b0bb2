// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The distribution as the command of an image. The kernel hands a signal to the first process of a PID namespace only
 * if that process asked for it, and a shell does not ask.
 */
public class FirstProcessIT {
    private static final String VIP = "10.77.0.100";
    private static final int VHID = 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Lab lab;
    private static Wire wire;
    private static KarafNode node;

    @BeforeClass
    public static void lab() throws Exception {
        lab = Lab.create();
        wire = new Wire(lab.host("client", "10.77.0.3"));
        node = new KarafNode(lab, "first", "10.77.0.1");
    }

    @AfterClass
    public static void remove() throws Exception {
        if (node != null) {
            node.close();
        }
        if (wire != null) {
            wire.close();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    @Test
    public void stopsInGoodOrder() throws Exception {
        node.configure("web", Map.of("interface", "eth0", "vhid", VHID, "pass", "first", "virtualIps", VIP));
        node.startAsFirstProcess();
        node.awaitRunning();
        Lab.await("MASTER with the address", PATIENCE, () -> node.holds(VIP));
        wire.firstAfter(Lab.micros(), VHID, node.address, PATIENCE);
        node.terminateFirstProcess();
        Lab.await("it has ended", PATIENCE, () -> !node.isAlive());
        Lab.await("it said so", PATIENCE, () -> wire.last(VHID, node.address).isBowOut());
        assertTrue("the address went with it", !node.holds(VIP));
    }
}
