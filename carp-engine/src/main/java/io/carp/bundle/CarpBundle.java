// SPDX-License-Identifier: Apache-2.0
package io.carp.bundle;

import io.carp.linux.CLibrary;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/**
 * Does what must be done before the first and after the last DS component of the bundle; everything else that runs is
 * one of those.
 */
public final class CarpBundle implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        CLibrary.restore();
        String etc = context.getProperty("karaf.etc");
        if (etc != null) {
            List<URL> files = Collections.list(context.getBundle().findEntries("etc", "*", false));
            new EtcFiles(files, Path.of(etc)).write(context.getDataFile("etc-files-written"));
            FileInstall.mustRun(context, Path.of(etc));
        }
    }

    /** When this is called, DS has taken down all components, since it hears of the end of the bundle first. */
    @Override
    public void stop(BundleContext context) {
        CLibrary.release();
    }
}
