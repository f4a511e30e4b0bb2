// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** CARP beside other things that people have in their containers, and in other ways to run them. */
public class NeighboursMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void theWebConsole() throws Exception {
        Tested tested = new Tested(Row.WEB_CONSOLE);
        ForeignKaraf karaf = lab.karaf(Row.WEB_CONSOLE, "console");
        karaf.online();
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(karaf);
        ForeignLab.typed(karaf, "feature:install http war webconsole");
        answers(karaf);
        int mark = karaf.witnessed.now();
        ForeignLab.typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        ForeignLab.leads(karaf);
        tested.that("MASTER with the address bound");
        answers(karaf);
        tested.that("the web console answers before and after");
        tested.done();
    }

    private static void answers(ForeignKaraf karaf) throws Exception {
        String login = Base64.getEncoder().encodeToString("karaf:karaf".getBytes(StandardCharsets.US_ASCII));
        String ask = "exec 3<>/dev/tcp/127.0.0.1/8181; printf \"GET /system/console/bundles HTTP/1.0\\r\\n"
                + "Authorization: Basic " + login + "\\r\\n\\r\\n\" >&3; head -n 1 <&3";
        String[] command = Lab.inside(karaf.namespace, "sh", "-c", "timeout 20 bash -c '" + ask + "' 2>&1 || true")
                .toArray(String[]::new);
        Lab.await("the web console answers", ForeignLab.PATIENCE, () -> Lab.run(command)
                .contains(" 200 "));
    }

    /** The container runs as a unit of systemd would run it, with nothing of ours in bin/setenv. */
    @Test
    public void aUserWithoutPrivilegesAndHome() throws Exception {
        Tested tested = new Tested(Row.NOBODY);
        ForeignKaraf karaf = lab.inTmp(Row.NOBODY, "nobody");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        String two = "+net_raw,+net_admin";
        karaf.under(List.of(
                "env",
                "HOME=/nonexistent",
                "setpriv",
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                "--no-new-privs",
                "--inh-caps",
                two,
                "--ambient-caps",
                two,
                "--bounding-set",
                "-all," + two));
        Lab.run("chown", "-R", "65534:65534", karaf.home.toString());
        ForeignLab.boot(karaf);
        int mark = karaf.witnessed.now();
        ForeignLab.typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        ForeignLab.leads(karaf);
        String owner = Lab.run(
                "stat", "-c", "%u", Path.of("/proc", Long.toString(karaf.pid())).toString());
        assertEquals("65534", owner.strip());
        tested.that("MASTER with the address bound");
        tested.done();
    }
}
