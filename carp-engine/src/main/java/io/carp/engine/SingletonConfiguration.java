// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.io.IOException;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains {@code etc/carp.vhost.cfg}, a file without a name: DS takes it for the one configuration of what has many,
 * refuses the files with names, and says so in words nobody understands.
 */
@Component(service = ConfigurationListener.class, immediate = true)
public final class SingletonConfiguration implements ConfigurationListener {
    private static final String PID = "carp.vhost";

    private static final Logger LOG = LoggerFactory.getLogger(SingletonConfiguration.class);

    private final CarpEngineComponent engine;
    private final ConfigurationAdmin admin;
    private final Bundle bundle;

    /** Looks whether there is one already. */
    @Activate
    public SingletonConfiguration(
            @Reference CarpEngineComponent engine, @Reference ConfigurationAdmin admin, BundleContext context) {
        this.engine = engine;
        this.admin = admin;
        this.bundle = context.getBundle();
        if (!find("(service.pid=" + PID + ")").isEmpty()) {
            explain();
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (!PID.equals(event.getPid()) || event.getFactoryPid() != null) {
            return;
        }
        if (event.getType() == ConfigurationEvent.CM_UPDATED) {
            explain();
        } else if (event.getType() == ConfigurationEvent.CM_DELETED) {
            startAnewIfStuck();
        }
    }

    /**
     * Felix SCR does not notice that a singleton is gone when it has refused others because of it meanwhile: it tries
     * those first, and fails. Only a new start of the bundle makes it look again. That disturbs nobody: while the file
     * without a name was accepted, no virtual host could run.
     */
    private void startAnewIfStuck() {
        boolean noneRuns = engine.hosts().names().stream().allMatch(PID::equals);
        if (noneRuns && !find("(service.factoryPid=" + PID + ")").isEmpty()) {
            new Thread(this::startAnew, "carp-start-anew").start();
        }
    }

    private void startAnew() {
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
            bundle.start(Bundle.START_TRANSIENT);
        } catch (BundleException e) {
            LOG.error(
                    "carp: the engine could not be started anew, please do: bundle:restart {}",
                    bundle.getBundleId(),
                    e);
        }
    }

    private List<Configuration> find(String filter) {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } catch (IOException | InvalidSyntaxException e) {
            engine.notices().error("carp: the configurations " + filter + " cannot be read: " + e);
            return List.of();
        }
    }

    private void explain() {
        engine.notices()
                .error(
                        "carp: etc/carp.vhost.cfg: the virtual host has no name, and no other may start while this file is"
                                + " there: rename it to etc/carp.vhost-<name>.cfg, one file for each virtual host");
    }
}
