// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.config.CfgValues;
import io.carp.config.ConfigurationRefused;
import io.carp.keys.AddressKeys;
import io.carp.keys.Key;
import io.carp.keys.LinkKeys;
import io.carp.spi.AddressBinder;
import io.carp.spi.Transport;
import java.util.Comparator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The transport or the binder of one virtual host: the service that its cfg file chooses by a filter. A service in use
 * is kept for as long as it fits, even if a better one comes. One thread at a time may call, which the owner sees to.
 */
final class PlugIn<T> {
    private final BundleContext context;
    private final Class<T> type;
    private final Key<?> key;
    private @Nullable ServiceReference<T> bound;

    static PlugIn<Transport> transport(BundleContext context) {
        return new PlugIn<>(context, Transport.class, LinkKeys.TRANSPORT);
    }

    static PlugIn<AddressBinder> binder(BundleContext context) {
        return new PlugIn<>(context, AddressBinder.class, AddressKeys.BINDER);
    }

    /** @param key its value in the cfg file is the filter */
    private PlugIn(BundleContext context, Class<T> type, Key<?> key) {
        this.context = context;
        this.type = type;
        this.key = key;
    }

    /** The service that the settings ask for. Refuses them if there is none. */
    ServiceReference<T> choose(Map<String, ?> settings) throws ConfigurationRefused {
        String text = new CfgValues(settings).text(key);
        String target = text == null ? key.absent().value() : text;
        try {
            Filter filter = context.createFilter(target);
            ServiceReference<T> present = bound;
            if (present != null && present.getBundle() != null && filter.match(present)) {
                return present;
            }
            return context.getServiceReferences(type, target).stream()
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> refused(target, "there is no such service"));
        } catch (InvalidSyntaxException e) {
            throw refused(target, "not a filter");
        }
    }

    private ConfigurationRefused refused(String target, String why) {
        return new ConfigurationRefused(
                key + " = " + target + ": " + why + "; usual is " + key.absent().value());
    }

    boolean isBound(ServiceReference<?> reference) {
        return reference.equals(bound);
    }

    /** Uses this service from now on. Returns null if it has gone meanwhile. */
    @Nullable
    T bind(ServiceReference<T> reference) {
        release();
        bound = reference;
        return context.getService(reference);
    }

    void release() {
        ServiceReference<T> present = bound;
        bound = null;
        if (present != null) {
            context.ungetService(present);
        }
    }
}
