// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** After twelve installations and removals of CARP the container is as before. */
public class ReinstallMatrixIT {
    private static final int TIMES = 12;

    /** The first installations load classes of Karaf and of the JDK, too. */
    private static final int WARM = 2;

    /** It was 3700 for each installation when our native code was not released. */
    private static final long KILOBYTES_EACH = 300;

    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void nothingPilesUp() throws Exception {
        Row row = Row.REINSTALLED;
        Tested tested = new Tested(row);
        ForeignKaraf karaf = lab.karaf(row, "again");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(karaf);
        // Karaf's shell keeps the classes of each former SCR, a megabyte each time, which is not ours to mend.
        ForeignLab.typed(karaf, ReadMe.repoAdd(), "feature:install scr");
        List<Long> metaspace = new ArrayList<>();
        for (int i = 1; i <= TIMES; i++) {
            ForeignLab.typed(karaf, "feature:install carp");
            Lab.await("MASTER", ForeignLab.PATIENCE, () -> karaf.holds(ForeignLab.VIP));
            ForeignLab.typed(karaf, "feature:uninstall carp");
            Lab.await("gone", ForeignLab.PATIENCE, () -> !karaf.holds(ForeignLab.VIP));
            if (i == WARM || i == TIMES) {
                Foreign.awaitNoThread(karaf);
                metaspace.add(metaspace(karaf));
            }
        }
        System.out.println(row + ": metaspace in use, kB: " + metaspace);
        long grown = metaspace.get(1) - metaspace.get(0);
        assertTrue("metaspace grew: " + metaspace, grown < KILOBYTES_EACH * (TIMES - WARM));
        tested.that("MASTER each time; no thread of ours is left, metaspace grows by less than " + KILOBYTES_EACH
                + " kB each time");
        // Java itself keeps the class loader of the last record that was compared (ObjectMethods), and with it the two
        // libraries of the last time.
        Lab.await("the libraries of the times before are unloaded", ForeignLab.PATIENCE, () -> {
            metaspace(karaf);
            return libraries(karaf) <= 2;
        });
        tested.that("no native library is left mapped but those of the last time");
        tested.done();
    }

    /** The metaspace in kB after two collections, since the first one only finds that a class loader is dead. */
    private static long metaspace(ForeignKaraf karaf) throws Exception {
        String pid = Long.toString(karaf.pid());
        Lab.run(Foreign.jcmd(), pid, "GC.run");
        Lab.run(Foreign.jcmd(), pid, "GC.run");
        String jstat = Path.of(Foreign.jcmd()).resolveSibling("jstat").toString();
        String[] lines = Lab.run(jstat, "-gc", pid).strip().split("\n");
        List<String> names = List.of(lines[0].strip().split("\\s+"));
        String used = lines[1].strip().split("\\s+")[names.indexOf("MU")];
        return (long) Double.parseDouble(used.replace(',', '.'));
    }

    private static long libraries(ForeignKaraf karaf) throws Exception {
        return Files.readAllLines(Path.of("/proc", Long.toString(karaf.pid()), "maps")).stream()
                .filter(line -> line.contains("r-xp") && (line.contains("jna") || line.contains("netty")))
                .filter(line -> !line.contains("jline"))
                .count();
    }
}
