// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Whoever tries CARP twelve times has a container as before. */
public class ReinstallMatrixIT {
    private static final int TIMES = 12;

    /** The first times load classes of Karaf and of the JDK, too. */
    private static final int WARM = 2;

    /** Before our native code was released it was 3700 for each time. */
    private static final long KILOBYTES_EACH = 300;

    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void nothingGrows() throws Exception {
        Row row = Row.REINSTALLED;
        Tested tested = new Tested(row);
        ForeignKaraf karaf = lab.karaf(row, "again");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(karaf);
        ForeignLab.typed(karaf, ReadMe.repoAdd());
        List<Long> metaspace = new ArrayList<>();
        for (int i = 1; i <= TIMES; i++) {
            ForeignLab.typed(karaf, "feature:install carp");
            Lab.await("MASTER", ForeignLab.PATIENCE, () -> karaf.holds(ForeignLab.VIP));
            ForeignLab.typed(karaf, "feature:uninstall carp");
            Lab.await("gone", ForeignLab.PATIENCE, () -> !karaf.holds(ForeignLab.VIP));
            Foreign.awaitNoThread(karaf);
            metaspace.add(metaspace(karaf));
            System.out.println(row + ": " + i + ", metaspace in use: " + metaspace.get(i - 1) + " kB");
        }
        long grown = metaspace.get(TIMES - 1) - metaspace.get(WARM - 1);
        assertTrue("metaspace grew: " + metaspace, grown < KILOBYTES_EACH * (TIMES - WARM));
        tested.that("MASTER each time, no thread of ours after each, metaspace does not grow");
        Lab.await("our native libraries are unloaded", ForeignLab.PATIENCE, () -> {
            metaspace(karaf);
            return libraries(karaf) == 0;
        });
        assertEquals(0, libraries(karaf));
        tested.that("no native library of ours is left mapped");
        tested.done();
    }

    /** In kB, after two collections: a class loader is found dead by the first. */
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
