// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import org.apache.camel.support.cluster.AbstractCamelClusterService;
import org.osgi.framework.BundleContext;

/** The cluster service of one Camel context. A namespace is the name of a virtual host. */
final class MastershipClusterService extends AbstractCamelClusterService<MastershipView> {
    private final BundleContext framework;

    MastershipClusterService(BundleContext framework) {
        super("carp");
        this.framework = framework;
    }

    @Override
    protected MastershipView createView(String namespace) {
        return new MastershipView(this, namespace, framework);
    }
}
