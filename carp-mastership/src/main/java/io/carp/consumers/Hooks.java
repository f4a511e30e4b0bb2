// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Mastership;
import io.carp.MastershipHook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The {@link MastershipHook} services of the framework, the highest ranking first. Any thread may call. */
public final class Hooks {
    /** What is done with a hook while it is in use. */
    interface Call {
        void to(MastershipHook hook) throws Exception;
    }

    private final BundleContext context;
    private final Supplier<? extends Collection<ServiceReference<MastershipHook>>> references;

    /** @param references gives all hooks that there are now */
    public Hooks(BundleContext context, Supplier<? extends Collection<ServiceReference<MastershipHook>>> references) {
        this.context = context;
        this.references = references;
    }

    /** The hooks that want to hear of the virtual host. */
    List<ServiceReference<MastershipHook>> of(String host) {
        List<ServiceReference<MastershipHook>> wanted = new ArrayList<>();
        for (ServiceReference<MastershipHook> reference : references.get()) {
            if (Selection.concerns(reference.getProperty(Mastership.NAME), host)) {
                wanted.add(reference);
            }
        }
        wanted.sort(Comparator.reverseOrder()); // They are sorted now because a ranking may change.
        return wanted;
    }

    /** Calls a hook, unless it is gone by now. */
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
}
