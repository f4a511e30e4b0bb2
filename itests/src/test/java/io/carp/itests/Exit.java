// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A user's bundle that ends the virtual machine, as a library may that knows nothing of OSGi. */
public final class Exit implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        new Thread(() -> System.exit(0)).start();
    }

    @Override
    public void stop(BundleContext context) {}
}
