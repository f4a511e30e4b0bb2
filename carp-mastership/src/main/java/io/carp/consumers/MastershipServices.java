// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.mastership.Consumers;
import io.carp.thread.Whereabouts;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * The consumers of one virtual host in an OSGi framework: its hooks, and the services that exist on the master only.
 */
public final class MastershipServices implements Consumers {
    private final BundleContext context;
    private final Hooks hooks;
    private final BiConsumer<String, @Nullable Throwable> log;
    private final String name;
    private volatile @Nullable MasterService service;

    /** Of the worker that is waited for; null while it has nothing to do. */
    private @Nullable Turn turn;

    /** @param log takes a sentence and what was thrown, if anything was, and does not block */
    public MastershipServices(
            BundleContext context, Hooks hooks, BiConsumer<String, @Nullable Throwable> log, String name) {
        this.context = context;
        this.hooks = hooks;
        this.log = log;
        this.name = name;
    }

    @Override
    public boolean hasHooks() {
        return !hooks.of(name).isEmpty();
    }

    @Override
    public void acquiring(VirtualHost host) throws Exception {
        Turn now = begin();
        try {
            for (ServiceReference<MastershipHook> reference : hooks.of(name)) {
                if (now.isGivenUp()) {
                    return;
                }
                call(now, reference, true, hook -> hook.acquiring(host));
            }
        } finally {
            end(now);
        }
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        Turn now = begin();
        try {
            for (ServiceReference<MastershipHook> reference : hooks.of(name)) {
                release(now, reference, host, why);
            }
        } finally {
            end(now);
        }
    }

    private void release(Turn now, ServiceReference<MastershipHook> reference, VirtualHost host, Reason why) {
        Consumer<Throwable> failed = e -> log.accept(
                "carp: " + name + ": the hook of " + owner(reference) + " failed after the addresses were released", e);
        try {
            call(now, reference, false, hook -> {
                try {
                    hook.released(host, why);
                } catch (Exception | Error e) {
                    failed.accept(e);
                }
            });
        } catch (Exception | Error e) {
            failed.accept(e);
        }
    }

    private void call(Turn now, ServiceReference<MastershipHook> reference, boolean begins, Hooks.Call call)
            throws Exception {
        now.begin("the hook of " + owner(reference), true);
        try {
            hooks.call(reference, name, begins, call);
        } finally {
            now.end();
        }
    }

    private synchronized Turn begin() {
        Turn now = new Turn();
        turn = now;
        return now;
    }

    private synchronized void end(Turn now) {
        if (now.equals(turn)) {
            turn = null;
        }
    }

    private synchronized @Nullable Turn turn() {
        return turn;
    }

    @Override
    public void overran(VirtualHost host) {
        Turn now = turn();
        String who = now == null ? "" : now.overran();
        log.accept(
                "carp: " + name + ": " + (who.isEmpty() ? "a hook that had no chance to run" : who)
                        + " takes longer than hookTimeout: going on without it",
                null);
    }

    @Override
    public synchronized @Nullable Supplier<String> abandon() {
        Turn now = turn;
        if (now == null || !now.giveUp()) {
            return null;
        }
        turn = null;
        return () -> now.who() + ", " + where(now.stack());
    }

    private String where(StackTraceElement[] stack) {
        String ours = MastershipServices.class.getPackageName();
        String type = Whereabouts.called(stack, ours);
        return Whereabouts.of(stack, ours) + (type.isEmpty() ? "" : bundleOf(type));
    }

    /** Loads nothing: that could wait for the very one we look for. */
    private String bundleOf(String type) {
        String file = type.replace('.', '/') + ".class";
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getBundleId() != 0 && bundle.getEntry(file) != null) {
                return ", bundle " + bundle.getSymbolicName();
            }
        }
        return "";
    }

    @Override
    public void register(VirtualHost host) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Mastership.NAME, name);
        properties.put(Mastership.VHID, host.vhid());
        properties.put(Mastership.INTERFACE, host.networkInterface());
        properties.put(Mastership.GENERATION, host.generation());
        properties.put(Mastership.CONDITION_ID, "carp." + name + ".master");
        MasterService made = new MasterService(context);
        Turn now = begin();
        now.begin("the activation of somebody who waits for Mastership", false);
        service = made;
        try {
            made.register(properties);
        } finally {
            now.end();
            end(now);
        }
    }

    @Override
    public void unregister() {
        MasterService registered = service;
        service = null;
        if (registered == null) {
            return;
        }
        Turn now = begin();
        now.begin("the deactivation of somebody who has Mastership", false);
        try {
            registered.withdraw();
        } finally {
            now.end();
            end(now);
        }
    }

    /** The worker may be held up by a consumer, and is still the one to be given up: this is no turn of its own. */
    @Override
    public void withdraw() {
        MasterService registered = service;
        if (registered != null) {
            registered.withdraw();
        }
    }

    /** The object that is registered as {@link Mastership}; null while none is. Any thread may call. */
    public @Nullable Mastership mastership() {
        MasterService registered = service;
        return registered == null ? null : registered.mastership();
    }

    /** The symbolic name of the bundle behind a service, for a person. */
    public static String owner(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "a bundle that is gone" : String.valueOf(bundle.getSymbolicName());
    }
}
