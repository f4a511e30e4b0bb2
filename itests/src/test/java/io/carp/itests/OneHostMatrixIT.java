// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static io.carp.itests.ForeignLab.typed;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** Root and child instance of one Karaf have the same virtual host. The second does no harm to the first. */
public class OneHostMatrixIT {
    private static final int TIMES = 20;

    @Rule
    public final ForeignLab lab = new ForeignLab();

    private ForeignKaraf root;
    private Path home;
    private @Nullable Process child;
    private @Nullable Pings pings;

    @After
    public void end() throws Exception {
        if (pings != null) {
            pings.close();
        }
        killChild();
    }

    @Test
    public void theSecondWaitsForTheEndOfTheFirst() throws Exception {
        Tested tested = new Tested(Row.ONE_HOST);
        root = lab.karaf(Row.ONE_HOST, "root");
        root.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(root);
        typed(root, ReadMe.install());
        ForeignLab.leads(root);
        createChild();
        pings = new Pings(lab.client(), ForeignLab.VIP);
        pings.awaitAnswers(10);

        for (int i = 1; i <= TIMES; i++) {
            startChild();
            String pid = "process " + root.pid() + " of this machine";
            Lab.await("the second says who has it", ForeignKaraf.BOOT, () -> childLog()
                    .contains(pid));
            if (i % 2 == 0) {
                killChild();
            } else {
                stopChild();
            }
            assertTrue("the first has its address", root.holds(ForeignLab.VIP));
        }
        pings.awaitAnswers(10);
        assertEquals("pings that were not answered", 0, pings.lost());
        assertFalse(root.log(), root.log().contains("behind our back"));
        tested.that("the second, started and stopped or killed " + TIMES
                + " times, names the process id of the first; no ping of the first is lost");

        startChild();
        Lab.await("the second says who has it", ForeignKaraf.BOOT, () -> childLog()
                .contains("process " + root.pid()));
        root.kill();
        Lab.await(
                "the second leads",
                ForeignLab.PATIENCE,
                () -> childLog().contains("-> MASTER") && root.holds(ForeignLab.VIP));
        pings.awaitAnswers(10);
        tested.that("the first killed: the second starts by itself");
        tested.done();
    }

    private void createChild() throws Exception {
        String features = ReadMe.repoAdd().replace("feature:repo-add ", "");
        typed(root, "instance:create -s 8102 -r 1100 -rr 44445 -furl " + features + " -f carp child");
        home = root.home.resolve("instances/child");
        Path etc = home.resolve("etc");
        Files.copy(root.home.resolve("etc/carp.vhost-web.cfg"), etc.resolve("carp.vhost-web.cfg"));
        Files.writeString(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                "\norg.ops4j.pax.url.mvn.settings =\norg.ops4j.pax.url.mvn.repositories =\n"
                        + "org.ops4j.pax.url.mvn.localRepository = " + home + "-m2\n",
                StandardCharsets.ISO_8859_1,
                StandardOpenOption.APPEND);
    }

    private void startChild() throws IOException {
        Files.deleteIfExists(home.resolve("data/log/karaf.log"));
        List<String> command =
                Lab.inside(root.namespace, home.resolve("bin/karaf").toString(), "daemon");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // The start script would take the child for another root. instance:start does not check that either.
        builder.environment().put("CHECK_ROOT_INSTANCE_RUNNING", "false");
        child = builder.redirectErrorStream(true)
                .redirectOutput(home.resolve("stdout").toFile())
                .start();
    }

    private String childLog() throws IOException {
        Path log = home.resolve("data/log/karaf.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private void stopChild() throws InterruptedException {
        if (child != null) {
            child.destroy();
            assertTrue("the second ends", child.waitFor(120, TimeUnit.SECONDS));
            child = null;
        }
    }

    private void killChild() throws InterruptedException {
        if (child != null) {
            child.destroyForcibly().waitFor();
            child = null;
        }
    }
}
