// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.VirtualHostListener;
import io.carp.consumers.Listeners;
import io.carp.consumers.MastershipServices;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** The listeners of a framework. This is a class of its own, so that plain unit tests need no OSGi classes. */
final class ListenerServices extends ServiceTracker<VirtualHostListener, VirtualHostListener> {
    private final Listeners listeners;

    ListenerServices(BundleContext context, Listeners listeners) {
        super(context, VirtualHostListener.class, null);
        this.listeners = listeners;
    }

    @Override
    public VirtualHostListener addingService(ServiceReference<VirtualHostListener> reference) {
        VirtualHostListener listener = super.addingService(reference);
        modifiedService(reference, listener);
        return listener;
    }

    @Override
    public void modifiedService(ServiceReference<VirtualHostListener> reference, VirtualHostListener listener) {
        listeners.add(
                reference,
                listener,
                reference.getProperty(VirtualHostListener.NAME),
                MastershipServices.owner(reference));
    }

    @Override
    public void removedService(ServiceReference<VirtualHostListener> reference, VirtualHostListener listener) {
        listeners.remove(reference);
        super.removedService(reference, listener);
    }
}
