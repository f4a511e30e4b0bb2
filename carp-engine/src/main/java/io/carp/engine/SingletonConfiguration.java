// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.thread.OwnThread;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
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
    private static final Logger LOG = LoggerFactory.getLogger(SingletonConfiguration.class);

    private final CarpEngineComponent engine;
    private final Configurations configurations;
    private final Bundle bundle;

    /** Looks whether there is one already. */
    @Activate
    public SingletonConfiguration(
            @Reference CarpEngineComponent engine, @Reference ConfigurationAdmin admin, BundleContext context) {
        this.engine = engine;
        this.configurations = new Configurations(admin, engine.notices());
        this.bundle = context.getBundle();
        if (!configurations
                .find("(service.pid=" + Configurations.VIRTUAL_HOST + ")")
                .isEmpty()) {
            explain();
        }
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (!Configurations.VIRTUAL_HOST.equals(event.getPid()) || event.getFactoryPid() != null) {
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
        boolean noneRuns = engine.hosts().names().stream().allMatch(Configurations.VIRTUAL_HOST::equals);
        if (noneRuns
                && !configurations
                        .find("(service.factoryPid=" + Configurations.VIRTUAL_HOST + ")")
                        .isEmpty()) {
            OwnThread.of("carp-start-anew", this::startAnew).start();
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

    private void explain() {
        engine.notices()
                .error(
                        "carp: etc/carp.vhost.cfg: the virtual host has no name, and no other may start while this file is"
                                + " there: rename it to etc/carp.vhost-<name>.cfg, one file for each virtual host");
    }
}
