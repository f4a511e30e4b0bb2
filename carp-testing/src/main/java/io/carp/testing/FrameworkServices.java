// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.VirtualHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;

/** What the fake engine does with the service registry; apart, so that plain unit tests need no OSGi classes. */
final class FrameworkServices {
    private final BundleContext context;
    private final Map<String, ServiceRegistration<?>> registrations = new ConcurrentHashMap<>();

    FrameworkServices(BundleContext context) {
        this.context = context;
    }

    void register(VirtualHost host, MasterService service) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Mastership.NAME, host.name());
        properties.put(Mastership.VHID, host.vhid());
        properties.put(Mastership.INTERFACE, host.networkInterface());
        properties.put(Mastership.CONDITION_ID, "carp." + host.name() + ".master");
        String[] names = {Mastership.class.getName(), Condition.class.getName()};
        registrations.put(host.name(), context.registerService(names, service, properties));
    }

    void unregister(String name) {
        ServiceRegistration<?> registration = registrations.remove(name);
        if (registration != null) {
            registration.unregister();
        }
    }

    /** Highest ranking first. */
    List<MastershipHook> hooks(String name) {
        List<ServiceReference<MastershipHook>> references = new ArrayList<>(references());
        references.sort(Collections.reverseOrder());
        List<MastershipHook> hooks = new ArrayList<>();
        for (ServiceReference<MastershipHook> reference : references) {
            MastershipHook hook =
                    isFor(name, reference.getProperty(Mastership.NAME)) ? context.getService(reference) : null;
            if (hook != null) {
                hooks.add(hook);
            }
        }
        return hooks;
    }

    private Collection<ServiceReference<MastershipHook>> references() {
        try {
            return context.getServiceReferences(MastershipHook.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter, no syntax error", e);
        }
    }

    private static boolean isFor(String name, @Nullable Object names) {
        return names == null
                || name.equals(names)
                || (names instanceof String[] array && Arrays.asList(array).contains(name))
                || (names instanceof Collection<?> collection && collection.contains(name));
    }
}
