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
 * The whiteboard: while the service is registered, the node is worth less. If the bundle stops or crashes, the framework
 * unregisters it. A change of its properties is a change of the demotion, without a moment in between.
 *
 * <p>One call at a time, and with no lock held: registering a service calls whoever listens for services, and these may
 * block, or come back. They must not come back here: see {@link Turns}.
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
     * What it means, now or later.
     *
     * @param amount how much less the node is worth, 1..240, in 1/256 s of advskew
     * @param hosts the virtual hosts meant; empty for all
     */
    void means(int amount, List<String> hosts) {
        this.amount = amount;
        this.hosts = hosts;
        update();
    }

    /** Demotes, for that reason; or changes the reason. */
    void begin(String reason) {
        boolean isAnother = !reason.equals(this.reason);
        this.reason = reason;
        if (registration == null) {
            registration = context.registerService(Demotion.class, new Demotion() {}, properties());
        } else if (isAnother) {
            update();
        }
    }

    /** Undoes it; does nothing if there is nothing to undo. */
    void end() {
        if (registration != null) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                // The framework did it, when the bundle stopped.
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
