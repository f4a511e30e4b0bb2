// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.consumers.MastershipServices;
import io.carp.mastership.Consumers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/** The consumers of one virtual host: the hooks that a test hands in, and those of a framework if there is one. */
final class FakeConsumers implements Consumers {
    private final List<MastershipHook> hooks;
    private final FakeCarpEngine engine;
    private final String name;
    private @Nullable MastershipServices services;

    /** Where the present mastership is registered; null for nowhere. */
    private @Nullable MastershipServices registered;

    private volatile @Nullable Mastership mastership;

    FakeConsumers(FakeCarpEngine engine, List<MastershipHook> hooks, String name) {
        this.engine = engine;
        this.hooks = hooks;
        this.name = name;
    }

    private @Nullable MastershipServices services() {
        BundleContext context = engine.framework();
        if (context != null && services == null) {
            services = FrameworkServices.of(context, name);
        }
        return services;
    }

    @Nullable
    Mastership mastership() {
        return mastership;
    }

    @Override
    public boolean hasHooks() {
        MastershipServices found = services();
        return !hooks.isEmpty() || (found != null && found.hasHooks());
    }

    @Override
    public void acquiring(VirtualHost host) throws Exception {
        for (MastershipHook hook : hooks) {
            hook.acquiring(host);
        }
        MastershipServices found = services();
        if (found != null) {
            found.acquiring(host);
        }
    }

    @Override
    public void overran(VirtualHost host) {
        // No time passes, so no hook takes too long.
    }

    @Override
    public void register(VirtualHost host) {
        MastershipServices found = services();
        registered = found;
        if (found == null) {
            mastership = new Mastership() {};
        } else {
            found.register(host);
            mastership = found.mastership();
        }
    }

    @Override
    public void unregister() {
        mastership = null;
        MastershipServices where = registered;
        if (where != null) {
            where.unregister();
        }
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        for (MastershipHook hook : hooks) {
            try {
                hook.released(host, why);
            } catch (Exception | Error e) {
                // The engine logs it and goes on; a test that wants to see it lets its own hook tell.
                continue;
            }
        }
        MastershipServices found = services();
        if (found != null) {
            found.released(host, why);
        }
    }
}
