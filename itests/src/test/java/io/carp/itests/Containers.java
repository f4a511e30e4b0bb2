// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.doNotModifyLogConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The Karaf that the tests run in: as it was built, or as it comes, without a network. */
final class Containers {
    private static final String MVN = "etc/org.ops4j.pax.url.mvn.cfg";

    private Containers() {}

    /** The distribution: CARP is a boot feature. */
    static Option[] distribution() {
        return karaf(new File(System.getProperty("carp.distribution")), "");
    }

    /** Apache's own Karaf; CARP can be had from a repository, which is the one inside the distribution. */
    static Option[] vanilla() throws Exception {
        Path unpacked = Path.of("target/containers/repository").toAbsolutePath();
        Files.createDirectories(unpacked);
        String archive = System.getProperty("carp.distribution");
        Lab.run("tar", "xzf", archive, "-C", unpacked.toString(), "--strip-components=1", "--wildcards", "*/system");
        return karaf(
                new File(System.getProperty("karaf.archive")),
                ", " + unpacked.resolve("system").toUri() + "@id=carp@snapshots");
    }

    private static Option[] karaf(File archive, String repositories) {
        return new Option[] {
            karafDistributionConfiguration()
                    .frameworkUrl(archive.toURI().toString())
                    .karafVersion(System.getProperty("karaf.version"))
                    .name("Apache Karaf")
                    .unpackDirectory(new File("target/exam"))
                    .useDeployFolder(false),
            configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
            keepRuntimeFolder(),
            // Its log is in target/exam/*/data/log/karaf.log; on standard output it would hide the results.
            doNotModifyLogConfiguration(),
            // The default is three minutes, in which a container that will never come up is silent.
            CoreOptions.systemTimeout(60_000),
            CoreOptions.systemProperty("carp.version").value(System.getProperty("carp.version")),
            editConfigurationFilePut(
                    MVN, "org.ops4j.pax.url.mvn.localRepository", System.getProperty("maven.localRepository")),
            editConfigurationFilePut(MVN, "org.ops4j.pax.url.mvn.repositories", ""),
            editConfigurationFilePut(
                    MVN,
                    "org.ops4j.pax.url.mvn.defaultRepositories",
                    "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots" + repositories),
            editConfigurationFilePut(MVN, "org.ops4j.pax.url.mvn.settings", ""),
        };
    }
}
