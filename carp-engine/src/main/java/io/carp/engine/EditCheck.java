// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.config.ConfigurationRefused;
import io.carp.config.Deliveries;
import io.carp.config.VirtualHostConfig;
import io.carp.spi.AddressBinder;
import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import java.util.Map;
import org.osgi.framework.BundleContext;

/**
 * Judges the settings of a virtual host as the virtual host itself would, and changes nothing. It may block on files.
 */
final class EditCheck {
    private final CarpEngineComponent engine;
    private final PlugIn<Transport> transport;
    private final PlugIn<AddressBinder> binder;

    EditCheck(BundleContext context, CarpEngineComponent engine) {
        this.engine = engine;
        this.transport = PlugIn.transport(context);
        this.binder = PlugIn.binder(context);
    }

    /** One thread at a time. */
    void check(String name, Map<String, Object> settings) throws ConfigurationRefused {
        VirtualHostConfig config =
                VirtualHostConfig.parse(name, settings, engine.defaults(), CarpEngineComponent.base());
        config.digest().wipe();
        binder.choose(settings);
        try {
            Transport chosen = transport.bind(transport.choose(settings));
            if (chosen != null) {
                check(chosen, config.deliveries());
            }
        } finally {
            transport.release();
        }
        VirtualHostComponent owner = engine.hosts().owner(config.subsystem());
        if (owner != null && !owner.name().equals(name)) {
            throw taken(config, owner);
        }
    }

    /** Refuses deliveries that the transport cannot do. */
    static void check(Transport transport, Deliveries deliveries) throws ConfigurationRefused {
        for (Delivery delivery : deliveries.all()) {
            try {
                transport.check(delivery);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationRefused(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Two virtual hosts cannot have the same vhid on the same interface. */
    static ConfigurationRefused taken(VirtualHostConfig config, VirtualHostComponent owner) {
        return new ConfigurationRefused("vhid = " + config.settings().vhid() + " on " + config.networkInterface()
                + " is taken by " + owner.file() + ": allowed is another vhid 1..255, or another interface");
    }
}
