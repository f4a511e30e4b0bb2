// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Rule;
import org.junit.Test;

/** {@code carp} in {@code featuresBoot}: a container that is unpacked, configured and started once. */
public class BootFeatureMatrixIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void ofAKaraf() throws Exception {
        boots(Row.BOOT_FEATURE);
    }

    @Test
    public void ofAMinimalKaraf() throws Exception {
        boots(Row.BOOT_FEATURE_MINIMAL);
    }

    private void boots(Row row) throws Exception {
        Tested tested = new Tested(row);
        ForeignKaraf control = lab.karaf(row, "control");
        addBootFeatures(control, "scr, eventadmin");
        ForeignLab.boot(control);
        Set<String> without = new TreeSet<>(control.witnessed.installed().keySet());
        lab.remove(control);

        ForeignKaraf karaf = lab.karaf(row, "boot");
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        addBootFeatures(karaf, "carp");
        ForeignLab.boot(karaf);
        ForeignLab.leads(karaf);
        Set<String> with = new TreeSet<>(karaf.witnessed.installed().keySet());
        with.removeIf(location -> location.startsWith("mvn:io.carp/"));
        assertEquals("the other bundles", without, with);
        tested.that("the bundles are ours and those of the boot features scr and eventadmin");
        tested.that("MASTER with the address bound");

        karaf.stop();
        ForeignLab.boot(karaf);
        ForeignLab.leads(karaf);
        tested.that("again after a restart");
        tested.done();
    }

    /** Edits the file as a person does. */
    private static void addBootFeatures(ForeignKaraf karaf, String features) throws Exception {
        Path file = karaf.home.resolve("etc/org.apache.karaf.features.cfg");
        String repository = ReadMe.repoAdd().replace("feature:repo-add ", "");
        String edited = Files.readString(file)
                .replaceFirst("(?m)^featuresRepositories = ", "featuresRepositories = " + repository + ", ")
                .replaceFirst("(?m)^featuresBoot = ", "featuresBoot = " + features + ", ");
        Files.writeString(file, edited);
    }
}
