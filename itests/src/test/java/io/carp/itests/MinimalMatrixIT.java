// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;

/**
 * The minimal Karaf has no EventAdmin. When one arrives, Karaf refreshes some of its own bundles, the shell among them:
 * {@code feature:install eventadmin} alone does that. CARP adds nothing to it.
 */
public class MinimalMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    private final Row row = Row.MINIMAL_INSTALLED;
    private final Tested tested = new Tested(row);

    @Test
    public void comesWorksAndGoes() throws Exception {
        Set<String> karafsFiles = new TreeSet<>();
        Set<String> karafsOwn = whatEventAdminAloneDoes(karafsFiles);
        ForeignKaraf karaf = unpack("minimal");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        Map<String, String> bundles = karaf.witnessed.installed();
        Set<String> files = karaf.files();

        int mark = karaf.witnessed.now();
        karaf.shell(ReadMe.install());
        ForeignLab.leads(karaf);
        Set<String> touched = karaf.witnessed.touchedSince(mark, karaf.own("scr", "eventadmin"));
        touched.removeAll(karafsOwn);
        assertEquals("the framework saw: ", Set.of(), touched);
        tested.that("no bundle touched that `feature:install eventadmin` alone does not touch");
        tested.that("MASTER with the address bound");

        karaf.kill();
        karaf.boot();
        ForeignLab.leads(karaf);
        tested.that("killed and restarted: MASTER, the shell is whole");

        karaf.shell("feature:uninstall carp");
        Lab.await("the address is gone", ForeignLab.PATIENCE, () -> !karaf.holds(ForeignLab.VIP));
        Lab.await("the bundles are those of before", ForeignLab.PATIENCE, () -> karaf.witnessed
                .installed()
                .equals(bundles));
        Set<String> left = new TreeSet<>(karaf.files());
        left.removeAll(files);
        left.removeAll(karafsFiles);
        left.removeIf(Foreign::writes);
        assertEquals("left behind, but for Karaf's own: ", Set.of(), left);
        Foreign.awaitNoThread(karaf);
        tested.that("uninstalled: leaves its own files in `etc/` and one of Karaf's eventadmin, no thread");

        // Karaf's own ssh server survives a refresh of its bundle only now and then: as after feature:install
        // eventadmin
        // and feature:uninstall eventadmin alone. A restart heals it.
        karaf.stop();
        ForeignLab.boot(karaf);
        karaf.shell("feature:install carp");
        Lab.await("MASTER with the address", ForeignLab.PATIENCE, () -> karaf.holds(ForeignLab.VIP));
        karaf.awaitQuiet();
        karaf.kill();
        karaf.boot();
        ForeignLab.leads(karaf);
        tested.that("restarted and installed again");
        tested.done();
    }

    /** What EventAdmin alone does to a container of its own, whose files this adds to those given. */
    private Set<String> whatEventAdminAloneDoes(Set<String> files) throws Exception {
        ForeignKaraf control = unpack("control");
        try {
            int mark = control.witnessed.now();
            control.shell("feature:install scr eventadmin");
            Lab.await("EventAdmin is there", ForeignLab.PATIENCE, () -> control.witnessed.arrivedSince(mark).stream()
                    .anyMatch(location -> location.contains("services.eventadmin")));
            control.awaitQuiet();
            files.addAll(control.files());
            return control.witnessed.touchedSince(mark, control.own("scr", "eventadmin"));
        } finally {
            lab.remove(control);
        }
    }

    private ForeignKaraf unpack(String name) throws Exception {
        ForeignKaraf unpacked = lab.karaf(row, name);
        ForeignLab.boot(unpacked);
        return unpacked;
    }
}
