// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static io.carp.itests.ForeignLab.typed;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/** Containers in which something is wrong, or different from a plain Karaf. They go on, and a person is told. */
public class BadInputMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    private Tested tested;
    private ForeignKaraf karaf;

    @Test
    public void aSecondEventAdmin() throws Exception {
        unpack(Row.TWO_EVENT_ADMINS);
        ForeignLab.boot(karaf);
        Path second = karaf.home.resolve("second-event-admin.jar");
        UserBundle.write(SecondEventAdmin.class, second, "org.osgi.service.event");
        typed(karaf, "bundle:install -s " + second.toUri());
        installUntouched();
        ForeignLab.leads(karaf);
        Path topics = karaf.home.resolve(SecondEventAdmin.FILE);
        Lab.await(
                "the second hears of it",
                ForeignLab.PATIENCE,
                () -> Files.exists(topics) && Files.readString(topics).contains("io/carp/state/MASTER"));
        tested.that("MASTER with the address bound; its events go to the one of the higher ranking");
        tested.done();
    }

    @Test
    public void fileInstallIsStopped() throws Exception {
        unpack(Row.NO_FILE_INSTALL);
        ForeignLab.boot(karaf);
        installUntouched();
        ForeignLab.leads(karaf);
        typed(karaf, "bundle:stop org.apache.felix.fileinstall");
        karaf.stop();
        ForeignLab.boot(karaf);
        ForeignLab.leads(karaf);
        tested.that("after a restart: MASTER with the settings of before");
        assertTrue(karaf.log().contains("carp: nothing reads the files carp.*.cfg"));
        tested.that("one line of the log says that nothing reads etc/");
        tested.done();
    }

    /** The container runs in a mount namespace of its own. */
    @Test
    public void etcCannotBeWritten() throws Exception {
        unpack(Row.READ_ONLY);
        ForeignLab.boot(karaf);
        karaf.stop();
        String mount = "mount --bind etc etc && mount -o remount,bind,ro etc && exec \"$@\"";
        karaf.under(List.of("sh", "-c", "cd " + karaf.home + " && " + mount, "sh"));
        ForeignLab.boot(karaf);
        installUntouched();
        ForeignLab.leads(karaf);
        tested.that("MASTER with the address bound");
        assertFalse(Files.exists(karaf.home.resolve("etc/carp.engine.cfg")));
        assertTrue(karaf.log().contains("carp: the commented examples could not be written to "));
        tested.that("one line of the log says that the examples could not be written");
        tested.done();
    }

    @Test
    public void somebodyExportsThePackageOfConditions() throws Exception {
        unpack(Row.CONDITION);
        ForeignLab.boot(karaf);
        Path watch = karaf.home.resolve("condition-watch.jar");
        UserBundle.write(ConditionWatch.class, watch, "org.osgi.service.condition");
        typed(
                karaf,
                "bundle:install -s " + central("org/osgi/org.osgi.service.condition"),
                "bundle:install -s " + watch.toUri());
        installUntouched();
        ForeignLab.leads(karaf);
        Path seen = karaf.home.resolve(ConditionWatch.FILE);
        Lab.await("the condition is seen", ForeignLab.PATIENCE, () -> Files.exists(seen));
        tested.that("MASTER with the address bound, and who imports the package sees the condition");
        tested.done();
    }

    @Test
    public void theStateOfTheFeaturesIsDamaged() throws Exception {
        unpack(Row.DAMAGED);
        ForeignLab.boot(karaf);
        installUntouched();
        ForeignLab.leads(karaf);
        karaf.stop();
        try (Stream<Path> cache = Files.walk(karaf.home.resolve("data/cache"))) {
            Path state =
                    cache.filter(file -> file.endsWith("state.json")).findAny().orElseThrow();
            byte[] whole = Files.readAllBytes(state);
            Files.write(state, Arrays.copyOf(whole, whole.length / 2));
        }
        karaf.start();
        Lab.await("MASTER again", ForeignLab.PATIENCE, () -> karaf.holds(ForeignLab.VIP));
        ForeignLab.awaitShell(karaf);
        assertTrue(karaf.isAlive());
        tested.that("the container lives, MASTER with the address bound");
        tested.done();
    }

    @Test
    public void aKarafThatIsTooOld() throws Exception {
        unpack(Row.TOO_OLD);
        karaf.online();
        ForeignLab.boot(karaf);
        int mark = karaf.witnessed.now();
        String said = karaf.shell(ReadMe.install());
        assertTrue(said, said.contains("missing requirement") && said.contains("io.carp"));
        assertEquals(Set.of(), karaf.witnessed.touchedSince(mark, Set.of()));
        assertEquals(Set.of(), karaf.witnessed.arrivedSince(mark));
        assertTrue(karaf.isAlive());
        ForeignLab.awaitShell(karaf);
        tested.that("does not install, says which requirement is missing; no bundle touched, none added");
        tested.done();
    }

    private void unpack(Row row) throws Exception {
        tested = new Tested(row);
        karaf = lab.karaf(row, "bad");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
    }

    private void installUntouched() throws Exception {
        int mark = karaf.witnessed.now();
        typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        assertTrue(karaf.isAlive());
        tested.that("no bundle of anybody else touched");
    }

    /** The URL of the one jar below that directory. */
    private static String central(String directory) throws Exception {
        try (Stream<Path> files = Files.walk(ForeignKaraf.CENTRAL.resolve(directory))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .findAny()
                    .orElseThrow()
                    .toUri()
                    .toString();
        }
    }
}
