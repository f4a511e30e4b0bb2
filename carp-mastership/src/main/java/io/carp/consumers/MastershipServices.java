// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.mastership.Consumers;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.condition.Condition;

/**
 * The consumers of one virtual host in an OSGi framework: its hooks, and the services that exist on the master only.
 */
public final class MastershipServices implements Consumers {
    /** One object under both names, so that components that wait for either live equally long. */
    private static final class Both implements Mastership, Condition {}

    private final BundleContext context;
    private final Hooks hooks;
    private final BiConsumer<String, @Nullable Throwable> log;
    private final String name;
    private final Object running = new Object();
    private @Nullable ServiceRegistration<?> registration;
    private volatile @Nullable Mastership service;
    private @Nullable Thread caller;
    private @Nullable String called;

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
        for (ServiceReference<MastershipHook> reference : hooks.of(name)) {
            call(reference, hook -> hook.acquiring(host));
        }
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        for (ServiceReference<MastershipHook> reference : hooks.of(name)) {
            try {
                call(reference, hook -> hook.released(host, why));
            } catch (Exception | Error e) {
                log.accept(
                        "carp: " + name + ": the hook of " + owner(reference)
                                + " failed after the addresses were released",
                        e);
            }
        }
    }

    private void call(ServiceReference<MastershipHook> reference, Hooks.Call call) throws Exception {
        begin("the hook of " + owner(reference), Thread.currentThread());
        try {
            hooks.call(reference, call);
        } finally {
            end();
        }
    }

    private void begin(String who, @Nullable Thread interruptible) {
        synchronized (running) {
            called = who;
            caller = interruptible;
        }
    }

    private void end() {
        synchronized (running) {
            called = null;
            caller = null;
            Thread.interrupted(); // An interrupt that came too late must not hit the next task of this thread.
        }
    }

    @Override
    public void overran(VirtualHost host) {
        synchronized (running) {
            String who = called == null ? "a hook that had no chance to run" : called;
            log.accept("carp: " + name + ": " + who + " takes longer than hookTimeout: going on without it", null);
            if (caller != null) {
                caller.interrupt();
            }
        }
    }

    @Override
    public void register(VirtualHost host) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(Mastership.NAME, name);
        properties.put(Mastership.VHID, host.vhid());
        properties.put(Mastership.INTERFACE, host.networkInterface());
        properties.put(Mastership.GENERATION, host.generation());
        properties.put(Mastership.CONDITION_ID, "carp." + name + ".master");
        Both both = new Both();
        service = both;
        begin("the activation of somebody who waits for Mastership", null); // It is not interrupted half-way.
        try {
            registration = context.registerService(
                    new String[] {Mastership.class.getName(), Condition.class.getName()}, both, properties);
        } finally {
            end();
        }
    }

    @Override
    public void unregister() {
        ServiceRegistration<?> registered = registration;
        registration = null;
        service = null;
        if (registered != null) {
            begin("the deactivation of somebody who has Mastership", null);
            try {
                registered.unregister();
            } catch (IllegalStateException e) {
                return; // The framework stops, and has unregistered the service already.
            } finally {
                end();
            }
        }
    }

    /** The object that is registered as {@link Mastership}; null while none is. Any thread may call. */
    public @Nullable Mastership mastership() {
        return service;
    }

    /** The symbolic name of the bundle behind a service, for a person. */
    public static String owner(ServiceReference<?> reference) {
        Bundle bundle = reference.getBundle();
        return bundle == null ? "a bundle that is gone" : String.valueOf(bundle.getSymbolicName());
    }
}
