// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Files;
import org.junit.Rule;
import org.junit.Test;

/** The recipe of README.md, word by word, without internet. */
public class DeployedKarMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void theFileIsCopied() throws Exception {
        Tested tested = new Tested(Row.DEPLOYED);
        ForeignKaraf karaf = lab.bare(Row.DEPLOYED, "deployed");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(karaf);
        int mark = karaf.witnessed.now();
        ReadMe.deploy(karaf);
        ForeignLab.leads(karaf);
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        tested.that("MASTER with the address bound");
        karaf.stop();
        ForeignLab.boot(karaf);
        ForeignLab.leads(karaf);
        tested.that("again after a restart");
        Files.delete(karaf.home.resolve("deploy/carp.kar"));
        Lab.await(
                "uninstalled",
                ForeignLab.PATIENCE,
                () -> !karaf.holds(ForeignLab.VIP)
                        && karaf.witnessed.installed().keySet().stream()
                                .noneMatch(at -> at.startsWith("mvn:io.carp/")));
        tested.that("the file deleted: gone");
        tested.done();
    }
}
