// SPDX-License-Identifier: Apache-2.0
package io.carp.bundle;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why nothing happens where no bundle hands the files of {@code etc/} to ConfigurationAdmin. */
final class FileInstall {
    private static final Logger LOG = LoggerFactory.getLogger(FileInstall.class);
    private static final String NAME = "org.apache.felix.fileinstall";

    private FileInstall() {}

    /**
     * Writes one line to the log if FileInstall is not there or does not run. By its start level it starts before us.
     */
    static void mustRun(BundleContext context, Path etc) {
        Optional<Bundle> found = Stream.of(context.getBundles())
                .filter(bundle -> NAME.equals(bundle.getSymbolicName()))
                .findAny();
        int state = found.map(Bundle::getState).orElse(Bundle.UNINSTALLED);
        if (state != Bundle.ACTIVE && state != Bundle.STARTING) {
            String remedy = found.isPresent() ? "bundle:start " + NAME : "install it";
            LOG.error(
                    "carp: nothing reads the files carp.*.cfg of {} here: the bundle {} {}: {}, or give"
                            + " ConfigurationAdmin the factory configurations carp.vhost~<name> by another way",
                    etc,
                    NAME,
                    found.isPresent() ? "does not run" : "is not there",
                    remedy);
        }
    }
}
