// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/**
 * The minimal Karaf has no EventAdmin. When one arrives, Karaf refreshes some of its own bundles, the shell among them:
 * {@code feature:install eventadmin} alone does that. CARP adds nothing to it.
 */
@RunWith(Parameterized.class)
public class MinimalMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    private final Row row;
    private final Tested tested;

    public MinimalMatrixIT(Row row) {
        this.row = row;
        tested = new Tested(row);
    }

    @Parameters(name = "{0}")
    public static List<Row> rows() {
        return Row.chosen(Row.MINIMALS, "4.4.8");
    }

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

        // Without EventAdmin again, Karaf's own ssh server is broken until a restart: as after its feature:uninstall
        // eventadmin.
        karaf.stop();
        ForeignLab.boot(karaf);
        karaf.shell("feature:install carp");
        ForeignLab.leads(karaf);
        tested.that("restarted and installed again");
        tested.done();
    }

    /** In a container of its own; adds its files to those given. */
    private Set<String> whatEventAdminAloneDoes(Set<String> files) throws Exception {
        ForeignKaraf control = unpack("control");
        try {
            int mark = control.witnessed.now();
            control.shell("feature:install scr eventadmin");
            control.shellUntil("| Started", "feature:list -i | grep eventadmin");
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
