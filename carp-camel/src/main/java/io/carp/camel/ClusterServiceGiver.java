// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one Camel context its cluster service each time that the context starts, since a stop takes it away. If the
 * user has set another one, nothing is given: Camel uses none at all if it finds two.
 */
final class ClusterServiceGiver extends LifecycleStrategySupport {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterServiceGiver.class);

    private final BundleContext framework;
    private @Nullable MastershipClusterService given;

    private ClusterServiceGiver(BundleContext framework) {
        this.framework = framework;
    }

    /** Cares for that context from now on. Does nothing if this bundle or an earlier version of it does so already. */
    static void attach(CamelContext camel, BundleContext framework) {
        if (camel.getLifecycleStrategies().stream().anyMatch(ClusterServiceGiver::isOne)) {
            return;
        }
        ClusterServiceGiver giver = new ClusterServiceGiver(framework);
        camel.addLifecycleStrategy(giver);
        if (camel.getStatus().isStarted()) {
            giver.onContextInitializing(camel);
        }
    }

    /** Compares by name, since the class of an earlier version has another class loader. */
    private static boolean isOne(Object strategy) {
        return strategy.getClass().getName().equals(ClusterServiceGiver.class.getName());
    }

    @Override
    public synchronized void onContextInitializing(CamelContext camel) {
        if (!camel.hasServices(CamelClusterService.class).isEmpty()) {
            return;
        }
        MastershipClusterService service = new MastershipClusterService(framework);
        given = service;
        try {
            camel.addService(service);
        } catch (Exception e) {
            LOG.error("carp: Camel context {}: its master: routes will not start", camel.getName(), e);
        }
    }

    @Override
    public synchronized void onServiceAdd(CamelContext camel, Service service, @Nullable Route route) {
        MastershipClusterService ours = given;
        if (ours == null || service == ours || !(service instanceof CamelClusterService other)) {
            return;
        }
        given = null;
        try {
            camel.removeService(ours);
        } catch (Exception e) {
            LOG.warn("carp: Camel context {}: has two cluster services now", camel.getName(), e);
        }
        LOG.info(
                "carp: Camel context {}: has a cluster service of its own, {}; its master: routes do not follow CARP",
                camel.getName(),
                other.getClass().getName());
    }
}
