// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Mastership;
import java.util.Dictionary;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;

/**
 * The service of one mastership. It can be withdrawn by another thread while the one that registers it is still held up by
 * whoever waits for it, and has no registration in its hands yet: for that it is a service factory, which a framework shows
 * the registration as soon as anybody asks for the service, us included.
 */
final class MasterService implements ServiceFactory<Object> {
    /** One object under both names: whoever waits for either lives equally long. */
    private static final class Both implements Mastership, Condition {}

    private final BundleContext context;
    private final Both both = new Both();
    private @Nullable ServiceRegistration<?> registration;
    private boolean withdrawn;

    MasterService(BundleContext context) {
        this.context = context;
    }

    Mastership mastership() {
        return both;
    }

    /** Everybody who waits for it comes up on this thread. */
    void register(Dictionary<String, Object> properties) {
        String[] names = {Mastership.class.getName(), Condition.class.getName()};
        ServiceRegistration<?> made = context.registerService(names, this, properties);
        if (isWithdrawn(made)) {
            unregister(made); // Nobody could see it when it was to go.
        }
    }

    private synchronized boolean isWithdrawn(ServiceRegistration<?> made) {
        registration = made;
        return withdrawn;
    }

    /** Everybody who has it goes down on this thread. */
    void withdraw() {
        try {
            ServiceRegistration<?> known = toBeWithdrawn();
            if (known == null) {
                showRegistrations();
                known = toBeWithdrawn();
            }
            if (known != null) {
                unregister(known);
            }
        } catch (IllegalStateException e) {
            return; // The framework stops, and withdraws it by itself.
        }
    }

    private synchronized @Nullable ServiceRegistration<?> toBeWithdrawn() {
        withdrawn = true;
        return registration;
    }

    private static void unregister(ServiceRegistration<?> registered) {
        try {
            registered.unregister();
        } catch (IllegalStateException e) {
            return; // It is gone: the framework stops, or another thread was faster.
        }
    }

    private void showRegistrations() {
        ServiceReference<?>[] all = context.getBundle().getRegisteredServices();
        for (ServiceReference<?> reference : all == null ? new ServiceReference<?>[0] : all) {
            if (reference.getProperty(Mastership.CONDITION_ID) != null && context.getService(reference) != null) {
                context.ungetService(reference);
            }
        }
    }

    @Override
    public synchronized Object getService(Bundle bundle, ServiceRegistration<Object> shown) {
        registration = shown;
        return both;
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<Object> shown, Object service) {
        // There is one for all.
    }
}
