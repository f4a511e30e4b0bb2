// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.carp.itests.Wire.Heard;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * The main job: two containers, each in a network namespace, share an address that a third host uses. Needs root;
 * without, the test says that it is skipped.
 */
public class TwoContainersIT {
    private static final String WEB = "web";
    private static final int VHID = 7;
    private static final String VIP = "10.77.0.100";
    private static final int MANY = 20;

    /** In microseconds. How much a busy machine adds is only printed, since it says nothing about us. */
    private static final long MASTER_DOWN = 3_000_000;

    /** A third host reads the wire, a little before or after the backup does. */
    private static final long EARLY = -1000;

    private static final String PREEMPTED = "BACKUP -> MASTER (preempting a slower master)";
    private static final Duration TAKEOVER = Duration.ofSeconds(60);

    private static Lab lab;
    private static String client;
    private static Wire wire;
    private static KarafNode left;
    private static KarafNode right;

    private Pings pings;

    @BeforeClass
    public static void startBoth() throws Exception {
        lab = Lab.create();
        client = lab.host("client", "10.77.0.3");
        wire = new Wire(client);
        left = new KarafNode(lab, "left", "10.77.0.1");
        right = new KarafNode(lab, "right", "10.77.0.2");
    }

    @AfterClass
    public static void stopBoth() throws Exception {
        for (KarafNode node : nodes()) {
            node.close();
        }
        if (wire != null) {
            wire.close();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    @Before
    public void oneMasterAndAClientThatPings() throws Exception {
        left.configure(WEB, settings(VHID, VIP, 0));
        right.configure(WEB, settings(VHID, VIP, 100));
        bothRun();
        pings = new Pings(client, VIP);
        pings.awaitAnswers(5);
    }

    @After
    public void stopPinging() throws Exception {
        if (pings != null) {
            pings.close();
        }
    }

    @Test
    public void theMasterIsKilled() throws Exception {
        List<Long> late = new ArrayList<>();
        List<Long> ahead = new ArrayList<>();
        for (int round = 1; round <= 3; round++) {
            KarafNode master = master();
            KarafNode backup = other(master);
            long told = backup.count("BACKUP -> MASTER (master timed out)");
            long lostBefore = pings.lost();

            master.kill();
            takenOver(VHID, VIP, master, backup, late, ahead);
            pings.awaitAnswers(5);
            assertEquals(told + 1, backup.count("BACKUP -> MASTER (master timed out)"));
            Figures.print("killed", "pings lost, of 10 a second: " + (pings.lost() - lostBefore));

            bothRun();
            assertTrue("the late-comer leaves a living master alone", backup.holds(VIP));
        }
        judge("killed", late, ahead);
    }

    @Test
    public void theMasterOfManyVirtualHostsIsKilled() throws Exception {
        KarafNode master = master();
        KarafNode backup = other(master);
        for (KarafNode node : List.of(master, backup)) {
            for (int i = 1; i < MANY; i++) {
                node.configure("host" + i, settings(100 + i, vip(i), node == left ? 0 : 100));
            }
            for (int i = 1; i < MANY; i++) {
                String vip = vip(i);
                Lab.await("master holds " + vip, TAKEOVER, () -> master.holds(vip));
                long now = Lab.micros();
                wire.firstAfter(now, 100 + i, master.address, TAKEOVER);
            }
        }
        Lab.await("all are BACKUP on the other", TAKEOVER, () -> backup.count("INIT -> BACKUP") >= MANY);
        wire.firstAfter(Lab.micros(), VHID, master.address, TAKEOVER);

        master.kill();
        List<Long> late = new ArrayList<>();
        List<Long> ahead = new ArrayList<>();
        takenOver(VHID, VIP, master, backup, late, ahead);
        for (int i = 1; i < MANY; i++) {
            takenOver(100 + i, vip(i), master, backup, late, ahead);
        }
        pings.awaitAnswers(5);
        for (KarafNode node : nodes()) {
            for (int i = 1; i < MANY; i++) {
                node.forget("host" + i);
            }
        }
        Lab.await("the others are given up", TAKEOVER, () -> !backup.holds(vip(MANY - 1)));
        judge(MANY + " virtual hosts killed at once", late, ahead);
    }

    @Test
    public void theMasterIsStoppedInGoodOrder() throws Exception {
        KarafNode master = master();
        master.terminate();
        handedOver("stopped", master);
        master.stop();
    }

    @Test
    public void theMasterIsStoppedWithASlowBundle() throws Exception {
        KarafNode master = master();
        UserBundle.write(SlowStop.class, master.deploy().resolve("slow-stop.jar"));
        master.awaitTransition(SlowStop.STARTED, TAKEOVER);

        long start = System.nanoTime();
        master.terminate();
        handedOver("stopped with a slow bundle", master);
        assertEquals("the bundle is still about to stop", 0, master.count(SlowStop.STOPPED));
        master.stop();
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        assertEquals(1, master.count(SlowStop.STOPPED));
        assertTrue("ended after " + seconds + " s", seconds >= SlowStop.SECONDS);
        Files.delete(master.deploy().resolve("slow-stop.jar"));
    }

    @Test
    public void theVirtualMachineOfTheMasterExits() throws Exception {
        KarafNode master = master();
        UserBundle.write(Exit.class, master.deploy().resolve("exit.jar"));
        handedOver("System.exit", master);
        master.stop();
        Files.delete(master.deploy().resolve("exit.jar"));
        master.clean(); // Without this it would exit again.
    }

    @Test
    public void theFeatureOfTheMasterIsUninstalled() throws Exception {
        KarafNode master = master();
        master.client("feature:uninstall carp");
        handedOver("feature uninstalled", master);
        assertTrue(master.isAlive());
        master.stop();
        master.clean(); // Without this it would start again without the feature.
    }

    @Test
    public void rolesSwapWhenTheMasterIsMadeWorse() throws Exception {
        KarafNode master = master();
        KarafNode backup = other(master);
        Map<String, Object> eager = settings(VHID, VIP, 150);
        eager.put("preempt", true);
        Map<String, Object> same = settings(VHID, VIP, 0);
        master.configure(WEB, same);
        backup.configure(WEB, eager);
        long lines = backup.count("INIT") + master.count("INIT");
        wire.firstAfter(Lab.micros() + 2_500_000, VHID, master.address, TAKEOVER);

        long preempted = backup.count(PREEMPTED);
        int worse = 200;
        long edit = Lab.micros();
        master.configure(WEB, settings(VHID, VIP, worse));
        Heard first = wire.firstAfter(edit, VHID, backup.address, TAKEOVER);
        Lab.await("roles swap", TAKEOVER, () -> backup.holds(VIP) && !master.holds(VIP));
        pings.awaitAnswers(5);

        List<Heard> noticed = wire.of(VHID).stream()
                .filter(heard -> heard.micros() > edit && heard.advskew() == worse)
                .toList();
        long swap = first.micros() - noticed.get(0).micros();
        Figures.print(
                "made worse",
                Figures.millis(first.micros() - edit) + " after the edit, " + Figures.millis(swap)
                        + " after the first advertisement with it; pings lost: " + pings.lost());
        assertEquals(preempted + 1, backup.count(PREEMPTED));
        assertTrue(master.isAlive() && backup.isAlive());
        assertEquals("nothing was restarted", lines, backup.count("INIT") + master.count("INIT"));
    }

    /** Checks a hand-over: the other one has the address soon, and the master that left has it no longer. */
    private void handedOver(String how, KarafNode master) throws Exception {
        KarafNode backup = other(master);
        Lab.await("the backup takes over", TAKEOVER, () -> backup.holds(VIP));
        assertFalse("the address is gone", master.holds(VIP));
        pings.awaitAnswers(5);
        Figures.print(how, "pings lost, of 10 a second: " + pings.lost());
        Heard bowOut = wire.last(VHID, master.address);
        assertTrue("the last advertisement says so: " + bowOut, bowOut.isBowOut());
        assertTrue("and is why", backup.count("BACKUP -> MASTER (master handed over)") > 0);
    }

    /** Waits for it, and adds when it was, in microseconds. */
    private static void takenOver(
            int vhid, String vip, KarafNode master, KarafNode backup, List<Long> late, List<Long> ahead)
            throws Exception {
        long last = wire.last(vhid, master.address).micros();
        Heard first = wire.firstAfter(last, vhid, backup.address, TAKEOVER);
        assertFalse(vip + " is still on the dead node", master.holds(vip));
        Lab.await("the backup has " + vip, TAKEOVER, () -> backup.holds(vip));
        late.add(first.micros() - last - MASTER_DOWN - (backup == left ? 0 : 100) * 1_000_000L / 256);
        Lab.await("told that " + vip + " was dropped", TAKEOVER, () -> master.addresses
                .dropped(vip, last)
                .isPresent());
        ahead.add(first.micros() - master.addresses.dropped(vip, last).orElseThrow());
    }

    private static void judge(String how, List<Long> late, List<Long> ahead) {
        Figures.print(how, "first advertisement after the master-down time: " + Figures.spread(late));
        Figures.print(how, "address dropped by the dead node's kernel before that: " + Figures.spread(ahead));
        assertTrue("too early: " + Figures.spread(late), Collections.min(late) >= EARLY);
        assertTrue("not the first time it was due: " + Figures.spread(late), Collections.max(late) < MASTER_DOWN);
    }

    private static void bothRun() throws Exception {
        for (KarafNode node : nodes()) {
            if (!node.isAlive()) {
                node.start();
            }
        }
        for (KarafNode node : nodes()) {
            node.awaitRunning();
        }
        Lab.await("one of the two holds " + VIP, TAKEOVER, () -> left.holds(VIP) != right.holds(VIP));
        // The backup has heard the master, and counts from that.
        wire.firstAfter(Lab.micros(), VHID, master().address, TAKEOVER);
    }

    private static Map<String, Object> settings(int vhid, String vip, int advskew) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("interface", "eth0");
        settings.put("vhid", vhid);
        settings.put("pass", "two containers");
        settings.put("virtualIps", vip);
        settings.put("advbase", 1);
        settings.put("advskew", advskew);
        settings.put("preempt", false);
        return settings;
    }

    private static String vip(int number) {
        return "10.77.0." + (100 + number);
    }

    private static List<KarafNode> nodes() {
        return left == null || right == null ? List.of() : List.of(left, right);
    }

    private static KarafNode master() throws Exception {
        return left.holds(VIP) ? left : right;
    }

    private static KarafNode other(KarafNode node) {
        return node == left ? right : left;
    }
}
