// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.Demotion;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * The demotion on the whiteboard: while the service is registered, the node is worth less. If the bundle stops or
 * crashes, the framework unregisters it. A change of its properties is a change of the demotion, without a moment in
 * between.
 *
 * <p>Calls come one at a time, and with no lock held, since registering a service calls the listeners for services,
 * which may block or call back. They must not call back into this object: see {@link Turns}.
 */
final class DemotionService {
    private final BundleContext context;

    private int amount;
    private List<String> hosts = List.of();
    private String reason = "";
    private @Nullable ServiceRegistration<Demotion> registration;

    DemotionService(BundleContext context) {
        this.context = context;
    }

    /**
     * Sets the meaning of the demotion, now or later.
     *
     * @param amount how much less the node is worth, 1..240, in 1/256 s of advskew
     * @param hosts the virtual hosts meant; empty for all
     */
    void means(int amount, List<String> hosts) {
        this.amount = amount;
        this.hosts = hosts;
        update();
    }

    /** Demotes for that reason, or changes the reason. */
    void begin(String reason) {
        boolean isAnother = !reason.equals(this.reason);
        this.reason = reason;
        if (registration == null) {
            registration = context.registerService(Demotion.class, new Demotion() {}, properties());
        } else if (isAnother) {
            update();
        }
    }

    /** Undoes the demotion; does nothing if there is none. */
    void end() {
        if (registration != null) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                // The framework unregistered it when the bundle stopped.
            }
            registration = null;
        }
    }

    private void update() {
        if (registration != null) {
            registration.setProperties(properties());
        }
    }

    private Dictionary<String, Object> properties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Demotion.AMOUNT, amount);
        properties.put(Demotion.REASON, reason);
        if (!hosts.isEmpty()) {
            properties.put(Demotion.NAME, hosts.toArray(String[]::new));
        }
        return properties;
    }
}
