// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * {@code kar:install carp.kar} in each Karaf 4.4 as Apache ships it, without internet. No foreign bundle is touched,
 * CARP does its work, and leaves without a trace. Needs root; without it the test says that it is skipped.
 */
@RunWith(Parameterized.class)
public class VersionsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String VIP = "10.77.0.100";

    private static Lab lab;
    private static String client;
    private static KarafNode other;

    private final Row row;
    private final Tested tested;
    private ForeignKaraf karaf;
    private Pings pings;

    public VersionsIT(Row row) {
        this.row = row;
        tested = new Tested(row);
    }

    @Parameters(name = "{0}")
    public static List<Row> rows() {
        return Row.chosen(Row.FULL, "4.4.0", Row.LATEST);
    }

    @BeforeClass
    public static void startTheOther() throws Exception {
        lab = Lab.create();
        client = lab.host("client", "10.77.0.3");
        other = new KarafNode(lab, "other", "10.77.0.2");
        other.configure("web", Foreign.webSettings(100));
        other.start();
        other.awaitRunning();
    }

    @AfterClass
    public static void stopTheOther() throws Exception {
        if (other != null) {
            other.close();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    @After
    public void end() throws Exception {
        if (pings != null) {
            pings.close();
        }
        if (karaf != null) {
            karaf.kill();
            lab.remove(karaf.namespace);
        }
    }

    @Test
    public void comesWorksAndGoes() throws Exception {
        Path home = Path.of("target/containers/one").toAbsolutePath();
        karaf = new ForeignKaraf(row.archive(), row.version(), home, lab.host("one", "10.77.0.1"));
        ForeignLab.boot(karaf);
        Map<String, String> bundles = karaf.witnessed.installed();
        Set<String> files = karaf.files();

        install();
        works();
        isKilled();
        isUninstalled(bundles, files);
        installsAgain();
        tested.done();
    }

    private void install() throws Exception {
        int mark = karaf.witnessed.now();
        int logged = karaf.log().length();
        String said = karaf.shell(ReadMe.karInstall(), "shell:echo the session goes on");
        Set<String> own = karaf.own("scr", "eventadmin");
        assertEquals("the framework saw: ", Set.of(), karaf.witnessed.touchedSince(mark, own));
        assertEquals("Karaf logged: ", Set.of(), FeaturesLog.touched(karaf.log().substring(logged)));
        assertTrue("the session that typed it ended with: " + said, said.contains("the session goes on"));
        assertTrue(
                karaf.witnessed.installed().values().stream().anyMatch(name -> name.startsWith("io.carp.carp-shell/")));
        tested.that("no bundle of anybody else touched, the session goes on");
        Set<String> arrived = new TreeSet<>(karaf.witnessed.arrivedSince(mark));
        arrived.removeIf(location -> !location.contains("felix.scr/"));
        assertEquals(1, arrived.size());
        tested.that("SCR " + arrived.iterator().next().replaceAll(".*/", "") + " of this Karaf");
    }

    private void works() throws Exception {
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        Lab.await("the other leads", PATIENCE, () -> other.holds(VIP) || karaf.holds(VIP));
        if (!karaf.holds(VIP)) {
            takesOver();
        }
        pings = new Pings(client, VIP);
        pings.awaitAnswers(5);
        String said = karaf.shellUntil("MASTER", "carp:status");
        assertTrue(said, said.contains("web"));
        tested.that("MASTER with the address bound");
    }

    private void isKilled() throws Exception {
        karaf.kill();
        Lab.await("the other takes over", PATIENCE, () -> other.holds(VIP));
        assertFalse("the address is gone with the process", karaf.holds(VIP));
        pings.awaitAnswers(5);
        tested.that("`kill -9`: the other takes over");
        karaf.boot();
        takesOver();
        pings.awaitAnswers(5);
        tested.that("restarted: takes over from the other");
    }

    /**
     * Asks the other node to step down when this one is ready, and only once, since it would refuse as a BACKUP.
     */
    private void takesOver() throws Exception {
        karaf.shellUntil("BACKUP", "carp:status");
        other.client("carp:stepdown web");
        Lab.await("it takes over from the other", PATIENCE, () -> karaf.holds(VIP) && !other.holds(VIP));
    }

    private void isUninstalled(Map<String, String> bundles, Set<String> files) throws Exception {
        int mark = karaf.witnessed.now();
        String said = karaf.shell("kar:uninstall carp", "shell:echo the session goes on");
        assertTrue("the session that typed it ended with: " + said, said.contains("the session goes on"));
        Lab.await("the other has it", PATIENCE, () -> other.holds(VIP) && !karaf.holds(VIP));
        pings.awaitAnswers(5);
        Set<String> gone = karaf.own("scr", "eventadmin");
        gone.removeIf(bundles::containsKey);
        Set<String> touched = karaf.witnessed.touchedSince(mark, Set.of());
        touched.removeIf(deed -> gone.stream().anyMatch(location -> Foreign.names(location, deed)));
        assertEquals("the framework saw: ", Set.of(), touched);
        assertEquals("the bundles are those of before", bundles, karaf.witnessed.installed());
        Set<String> left = karaf.files();
        left.removeAll(files);
        left.removeIf(Foreign::writes);
        assertEquals("left behind: ", Set.of(), left);
        Foreign.awaitNoThread(karaf);
        tested.that("uninstalled: hands over, leaves its own files in `etc/` only, no thread");
    }

    private void installsAgain() throws Exception {
        String said = karaf.shell(ReadMe.karInstall(), "shell:echo the session goes on");
        assertTrue("the session that typed it ended with: " + said, said.contains("the session goes on"));
        karaf.shellUntil("BACKUP", "carp:status");
        tested.that("installed again");
    }
}
