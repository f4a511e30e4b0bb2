// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Mastership;
import io.carp.MastershipHook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** All {@link MastershipHook} services of the framework, highest ranking first. Any thread. */
final class Hooks {
    /** A hook while it is in use. */
    interface Call {
        void to(MastershipHook hook) throws Exception;
    }

    private final BundleContext context;
    private final Set<ServiceReference<MastershipHook>> references = ConcurrentHashMap.newKeySet();

    Hooks(BundleContext context) {
        this.context = context;
    }

    void add(ServiceReference<MastershipHook> reference) {
        references.add(reference);
    }

    void remove(ServiceReference<MastershipHook> reference) {
        references.remove(reference);
    }

    /** Those that want to hear of the virtual host. */
    List<ServiceReference<MastershipHook>> of(String host) {
        List<ServiceReference<MastershipHook>> wanted = new ArrayList<>();
        for (ServiceReference<MastershipHook> reference : references) {
            if (concerns(reference.getProperty(Mastership.NAME), host)) {
                wanted.add(reference);
            }
        }
        wanted.sort(Comparator.reverseOrder()); // Now, because a ranking may change.
        return wanted;
    }

    /** Calls one, unless it is gone by now. */
    void call(ServiceReference<MastershipHook> reference, Call call) throws Exception {
        MastershipHook hook = context.getService(reference);
        if (hook == null) {
            return;
        }
        try {
            call.to(hook);
        } finally {
            context.ungetService(reference);
        }
    }

    /** Whether a {@code carp.name} property means the virtual host; absent it means all. */
    static boolean concerns(@Nullable Object names, String host) {
        if (names instanceof Object[] array) {
            return Arrays.asList(array).contains(host);
        }
        if (names instanceof Collection<?> collection) {
            return collection.contains(host);
        }
        return names == null || names.equals(host);
    }
}
