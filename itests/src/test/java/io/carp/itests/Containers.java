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
import java.util.List;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The Karaf in which the tests run, without a network, either as we built it or as Apache ships it. */
final class Containers {
    private static final String MVN = "etc/org.ops4j.pax.url.mvn.cfg";

    private static final String SYSTEM =
            "file:${karaf.home}/${karaf.default.repository}@id=system.repository@snapshots";

    private Containers() {}

    /** The distribution, in which CARP is a boot feature. */
    static Option[] distribution() {
        return karaf(new File(System.getProperty("carp.distribution")), "");
    }

    /** Apache's own Karaf, which can get CARP from a repository, namely the one inside the distribution. */
    static Option[] vanilla() throws Exception {
        return karaf(new File(System.getProperty("karaf.archive")), ", " + asRepository());
    }

    /** The same for a Karaf that runs as a process of its own. */
    static void letItFindCarp(Path etc) throws Exception {
        Files.write(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                List.of(
                        "org.ops4j.pax.url.mvn.localRepository = " + System.getProperty("maven.localRepository"),
                        "org.ops4j.pax.url.mvn.repositories =",
                        "org.ops4j.pax.url.mvn.defaultRepositories = " + SYSTEM + ", " + asRepository(),
                        "org.ops4j.pax.url.mvn.settings ="));
    }

    private static String asRepository() throws Exception {
        return repository().toUri() + "@id=carp@snapshots";
    }

    /** The bundles of the distribution, in the layout of a Maven repository. */
    static Path repository() throws Exception {
        Path unpacked = Path.of("target/containers/repository").toAbsolutePath();
        Files.createDirectories(unpacked);
        String archive = System.getProperty("carp.distribution");
        Lab.run("tar", "xzf", archive, "-C", unpacked.toString(), "--strip-components=1", "--wildcards", "*/system");
        return unpacked.resolve("system");
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
            // The default is three minutes, and a container that will never come up is silent for so long.
            CoreOptions.systemTimeout(60_000),
            CoreOptions.systemProperty("carp.version").value(System.getProperty("carp.version")),
            editConfigurationFilePut(
                    MVN, "org.ops4j.pax.url.mvn.localRepository", System.getProperty("maven.localRepository")),
            editConfigurationFilePut(MVN, "org.ops4j.pax.url.mvn.repositories", ""),
            editConfigurationFilePut(MVN, "org.ops4j.pax.url.mvn.defaultRepositories", SYSTEM + repositories),
            editConfigurationFilePut(MVN, "org.ops4j.pax.url.mvn.settings", ""),
        };
    }
}
