// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import java.util.Hashtable;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelContextTracker;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.condition.Condition;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Sees every Camel context of this framework. Camel itself tells of those that are made from now on, on the thread that
 * makes them; those that run already are seen if they are services, as Blueprint's are.
 *
 * <p>A context keeps the cluster service that it was given until it ends, even if this bundle is stopped, updated or
 * uninstalled. Otherwise its routes would be without any, since a route looks for a cluster service only once.
 */
@Component(
        service = {},
        immediate = true)
public final class CamelContexts implements Condition, ServiceTrackerCustomizer<CamelContext, CamelContext> {
    /** The id of a condition for components that wait until the contexts they make are seen. */
    static final String CONDITION = "carp.camel";

    private final BundleContext own;
    private final BundleContext framework;
    private final CamelContextTracker made;
    private final ServiceTracker<CamelContext, CamelContext> published;
    private final ServiceRegistration<?> condition;

    /** Begins to look. */
    @Activate
    public CamelContexts(BundleContext context) {
        own = context;
        // This is the framework's context and not ours, since what watches Mastership with it outlives this bundle.
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        made = new CamelContextTracker() {
            @Override
            public void contextCreated(CamelContext camel) {
                ClusterServiceGiver.attach(camel, framework);
            }
        };
        made.open();
        published = new ServiceTracker<>(context, CamelContext.class, this);
        published.open();
        // This is done by hand. DS would register the condition before this activation, and a context of a component
        // that waits for it would not be seen.
        condition = context.registerService(
                Condition.class.getName(), this, new Hashtable<>(Map.of(CONDITION_ID, CONDITION)));
    }

    @Deactivate
    void deactivate() {
        condition.unregister();
        made.close();
        published.close();
    }

    @Override
    public CamelContext addingService(ServiceReference<CamelContext> reference) {
        CamelContext camel = own.getService(reference);
        ClusterServiceGiver.attach(camel, framework);
        return camel;
    }

    @Override
    public void modifiedService(ServiceReference<CamelContext> reference, CamelContext camel) {
        // It is still the same context.
    }

    @Override
    public void removedService(ServiceReference<CamelContext> reference, CamelContext camel) {
        own.ungetService(reference);
    }
}
