// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.spi.AddressBinder;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Says which virtual hosts wait for a transport or a binder that is not there: DS keeps such a component back without a
 * word, so the virtual host itself cannot say it.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class MissingPlugIn implements ConfigurationListener {
    /** A plug-in in a bundle of its own may come a little later than the cfg file. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final BundleContext context;
    private final CarpEngineComponent engine;
    private final Configurations configurations;
    private final Loop loop;
    private volatile boolean gone;

    /** Looks at what is there already, too. */
    @Activate
    public MissingPlugIn(
            BundleContext context,
            @Reference CarpEngineComponent engine,
            @Reference ConfigurationAdmin admin,
            @Reference Loop loop) {
        this.context = context;
        this.engine = engine;
        this.configurations = new Configurations(admin, engine.notices());
        this.loop = loop;
        lookLater("(service.factoryPid=" + Configurations.VIRTUAL_HOST + ")");
    }

    /** What is still to be looked at is not: ConfigurationAdmin may be gone, too. */
    @Deactivate
    public void end() {
        gone = true;
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (Configurations.VIRTUAL_HOST.equals(event.getFactoryPid())
                && event.getType() == ConfigurationEvent.CM_UPDATED) {
            lookLater("(service.pid=" + event.getPid() + ")");
        }
    }

    private void lookLater(String filter) {
        loop.execute(() -> loop.at(loop.nanoTime() + PATIENCE_NANOS, () -> engine.offLoop(() -> look(filter))));
    }

    private void look(String filter) {
        if (gone) {
            return;
        }
        if (engine.isBooting()) {
            lookLater(filter);
            return;
        }
        configurations.find(filter).forEach(this::look);
    }

    private void look(Configuration configuration) {
        Map<String, Object> properties = new HashMap<>();
        var dictionary = configuration.getProperties();
        for (String key : Collections.list(dictionary.keys())) {
            properties.put(key, dictionary.get(key));
        }
        ConfigurationSource source = new ConfigurationSource(properties);
        if (engine.hosts().find(source.name()).isEmpty()) {
            look(source, Transport.class, VirtualHostConfig.TRANSPORT_TARGET, "(carp.transport=raw)", properties);
            look(source, AddressBinder.class, VirtualHostConfig.BINDER_TARGET, "(carp.binder=netlink)", properties);
        }
    }

    private void look(
            ConfigurationSource source, Class<?> plugIn, String key, String usual, Map<String, Object> properties) {
        String target = String.valueOf(properties.getOrDefault(key, usual)).strip();
        String line = "carp: " + source.file() + ": " + key + " = " + target + ": ";
        try {
            if (context.getServiceReferences(plugIn, target).isEmpty()) {
                engine.notices()
                        .error(line + "there is no such service; the virtual host waits for it. Usual is " + usual);
            }
        } catch (InvalidSyntaxException e) {
            engine.notices().error(line + "not a filter; allowed is one such as " + usual);
        }
    }
}
