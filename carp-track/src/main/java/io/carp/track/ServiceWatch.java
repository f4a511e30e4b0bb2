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
 * Watches the services that a filter matches; the framework tells of them in the same moment. It does not get any of
 * the service objects, since that would start delayed components. What happens is dealt with in turns, since the thread
 * that registers or unregisters such a service may hold locks, and must not wait here.
 */
final class ServiceWatch implements Watch, ServiceTrackerCustomizer<Object, ServiceReference<Object>> {
    private final Turns turns;
    private final Listener listener;
    private final Set<ServiceReference<Object>> present = new HashSet<>();
    private final ServiceTracker<Object, ServiceReference<Object>> tracker;
    private boolean silent = true;
    private boolean closed;

    /** Begins to watch. The first result is told in the next turn. */
    ServiceWatch(BundleContext context, Filter filter, Turns turns, Listener listener) {
        this.turns = turns;
        this.listener = listener;
        this.tracker = new ServiceTracker<>(context, filter, this);
        turns.take(() -> {
            tracker.open(true); // All services count, also those whose classes we could not use.
            turns.take(this::begin); // The services that are there already have been counted by now.
        });
    }

    private void begin() {
        silent = closed;
        tell();
    }

    @Override
    public ServiceReference<Object> addingService(ServiceReference<Object> reference) {
        turns.take(() -> {
            if (present.add(reference) && present.size() == 1) {
                tell();
            }
        });
        return reference;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        // The service still matches.
    }

    @Override
    public void removedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        turns.take(() -> {
            if (present.remove(reference) && present.isEmpty()) {
                tell();
            }
        });
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
        closed = true;
        silent = true;
        tracker.close();
    }
}
