// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Watches the services that a filter matches: told by the framework, in the moment it happens. Takes none of them into
 * use: that would start delayed components. The lock keeps what happens in order.
 */
final class ServiceWatch implements Watch, ServiceTrackerCustomizer<Object, ServiceReference<Object>> {
    private final Listener listener;
    private final Set<ServiceReference<Object>> present = new HashSet<>();
    private final ServiceTracker<Object, ServiceReference<Object>> tracker;
    private boolean silent = true;

    /** Begins; the first result is told before this returns. */
    ServiceWatch(BundleContext context, Filter filter, Listener listener) {
        this.listener = listener;
        this.tracker = new ServiceTracker<>(context, filter, this);
        tracker.open(true); // All services, also those whose classes we could not use.
        synchronized (this) {
            silent = false;
            tell();
        }
    }

    @Override
    public synchronized ServiceReference<Object> addingService(ServiceReference<Object> reference) {
        if (present.add(reference) && present.size() == 1) {
            tell();
        }
        return reference;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        // It still matches.
    }

    @Override
    public synchronized void removedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        if (present.remove(reference) && present.isEmpty()) {
            tell();
        }
    }

    private void tell() {
        if (!silent) {
            listener.heard(fault());
        }
    }

    private @Nullable String fault() {
        return present.isEmpty() ? "there is no such service" : null;
    }

    @Override
    public void close() {
        synchronized (this) {
            silent = true;
        }
        tracker.close();
    }
}
