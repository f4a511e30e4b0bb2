// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.script.Processes;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptContext;
import io.carp.script.Scripting;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the addresses to the two scripts that ucarp takes: the up script is run for each virtual IP on bind, the down
 * script on unbind and, unless neutral, once at the start. There is no lease, so what the scripts do stays if the node
 * dies.
 */
@Component(service = AddressBinder.class, property = AddressBinder.NAME + "=script")
public final class ScriptBinder implements AddressBinder {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptBinder.class);

    private final Scripting scripting = new Processes();
    private final Announcer announcer = new Announcer();

    @Activate
    public ScriptBinder() {}

    @Deactivate
    public void close() {
        announcer.close();
    }

    @Override
    public boolean runsScripts() {
        return true;
    }

    @Override
    public Binding open(Addresses addresses, Listener listener) {
        return new ScriptBinding(addresses);
    }

    private final class ScriptBinding implements Binding {
        private Addresses addresses;
        private Change latest;
        private boolean bound;

        ScriptBinding(Addresses addresses) {
            this.addresses = addresses;
            this.latest = new ScriptContext(
                    addresses.name(),
                    addresses.vhid(),
                    addresses.networkInterface(),
                    CarpState.INIT,
                    CarpState.BACKUP,
                    Reason.INITIALIZATION_COMPLETE);
        }

        @Override
        public void prepare() throws IOException {
            scripting.warmUp();
            requireUsable("upScript", addresses.upScript());
            requireUsable("downScript", addresses.downScript());
            if (!bound && !addresses.neutral()) {
                run(addresses.downScript(), addresses, addresses.virtualIps());
            }
        }

        @Override
        public void bind(Change why) throws IOException {
            latest = why;
            if (!bound) {
                // This is set first, so that everything is undone if a later script cannot be run.
                bound = true;
                try {
                    run(addresses.upScript(), addresses, addresses.virtualIps());
                } catch (IOException e) {
                    try {
                        unbind(why);
                    } catch (IOException undoing) {
                        e.addSuppressed(undoing);
                    }
                    throw e;
                }
            }
        }

        @Override
        public void announce() {
            if (bound) {
                announcer.announce(addresses.networkInterface(), addresses.virtualIps());
            }
        }

        @Override
        public void unbind(Change why) throws IOException {
            latest = why;
            if (bound) {
                bound = false;
                run(addresses.downScript(), addresses, addresses.virtualIps());
            }
        }

        @Override
        public void advertised(long nanoTime) {
            // There is no lease to renew.
        }

        @Override
        public void update(Addresses changed) throws IOException {
            var before = addresses;
            addresses = changed;
            if (bound) {
                boolean moved = !before.networkInterface().equals(changed.networkInterface());
                run(before.downScript(), before, moved ? before.virtualIps() : difference(before, changed));
                run(changed.upScript(), changed, moved ? changed.virtualIps() : difference(changed, before));
            }
        }

        @Override
        public void close() throws IOException {
            unbind(latest);
        }

        /** Runs the script for each address in turn, even if it could not be run for another. */
        private void run(@Nullable String script, Addresses settings, List<VirtualIp> ips) throws IOException {
            if (script == null) {
                return;
            }
            var occasion = new ScriptContext(
                    settings.name(),
                    settings.vhid(),
                    settings.networkInterface(),
                    latest.previous(),
                    latest.state(),
                    latest.reason());
            IOException failure = null;
            for (var ip : ips) {
                try {
                    scripting.run(ScriptCall.ofAddress(
                            script, occasion, ip, settings.xparam(), settings.scriptTimeoutMillis()));
                } catch (IOException e) {
                    failure = failure == null ? e : failure;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }

    private static List<VirtualIp> difference(Addresses these, Addresses those) {
        return these.virtualIps().stream()
                .filter(ip -> !those.virtualIps().contains(ip))
                .toList();
    }

    private void requireUsable(String key, @Nullable String script) throws IOException {
        if (script == null) {
            LOG.warn("carp: the binder script is used without {}", key);
            return;
        }
        try {
            scripting.check(script);
        } catch (IOException e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
    }
}
