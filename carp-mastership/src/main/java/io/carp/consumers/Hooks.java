// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Mastership;
import io.carp.MastershipHook;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The {@link MastershipHook} services of the framework, the highest ranking first. Any thread may call. */
public final class Hooks {
    /** What is done with a hook while it is in use. */
    interface Call {
        void to(MastershipHook hook) throws Exception;
    }

    /** A hook, and the virtual host that it is called for. */
    private record Key(ServiceReference<MastershipHook> hook, String host) {}

    /** @param end what it is told when it comes back, because that came meanwhile */
    private record UnderWay(boolean begins, @Nullable Call end) {}

    private final BundleContext context;
    private final Map<Key, UnderWay> underWay = new HashMap<>();
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

    /**
     * Calls one, unless it is gone by now. One that has not come back from its last call for the same virtual host is not called
     * a second time: if that was for the beginning of a mastership, it is told the end when it comes back.
     *
     * @param begins whether this is for the beginning of a mastership
     * @param call throws nothing if it is for the end
     */
    void call(ServiceReference<MastershipHook> reference, String host, boolean begins, Call call) throws Exception {
        Key key = new Key(reference, host);
        if (!enter(key, begins, call)) {
            return;
        }
        MastershipHook hook = context.getService(reference);
        try {
            if (hook != null) {
                call.to(hook);
            }
        } finally {
            Call end = leave(key);
            if (end != null && hook != null) {
                end.to(hook);
                leave(key);
            }
            if (hook != null) {
                context.ungetService(reference);
            }
        }
    }

    private synchronized boolean enter(Key key, boolean begins, Call call) {
        UnderWay before = underWay.get(key);
        if (before == null) {
            underWay.put(key, new UnderWay(begins, null));
        } else if (before.begins && !begins) {
            underWay.put(key, new UnderWay(true, call));
        }
        return before == null;
    }

    private synchronized @Nullable Call leave(Key key) {
        UnderWay over = underWay.get(key);
        if (over == null || over.end == null) {
            underWay.remove(key);
            return null;
        }
        underWay.put(key, new UnderWay(false, null));
        return over.end;
    }
}
