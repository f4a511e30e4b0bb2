// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.spi.AddressBinder;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;

/**
 * Makes a virtual host of each {@code etc/carp.vhost-<name>.cfg}, which ConfigurationAdmin hands over here. Virtual
 * hosts are no components of DS, because DS publishes every component property, and {@code pass} would be one.
 */
final class VirtualHosts implements ManagedServiceFactory, ServiceListener {
    /** The factory pid of virtual hosts. */
    private static final String PLUG_INS =
            "(|(objectClass=" + Transport.class.getName() + ")(objectClass=" + AddressBinder.class.getName() + "))";

    private final BundleContext context;
    private final CarpEngineComponent engine;
    private final Loop loop;
    private final Executor workers;

    /**
     * The hosts by pid. One that was deleted stays, without settings, since it may come back and then has to wait for
     * its own end.
     */
    private final Map<String, ConfiguredHost> hosts = new ConcurrentHashMap<>();

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private boolean closed;

    VirtualHosts(BundleContext context, CarpEngineComponent engine, Loop loop, Executor workers) {
        this.context = context;
        this.engine = engine;
        this.loop = loop;
        this.workers = workers;
    }

    /** Begins to hear of configurations at the first call, unless another thread has closed it before. */
    synchronized void open() {
        if (closed || !registrations.isEmpty()) {
            return;
        }
        try {
            context.addServiceListener(this, PLUG_INS);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        registrations.add(register(ManagedServiceFactory.class, this, VirtualHostConfig.PID));
        registrations.add(register(ManagedService.class, this::withoutName, VirtualHostConfig.PID));
    }

    /** Why an edit would be refused, of settings that exist or of new ones. */
    Optional<String> refusal(String name, Map<String, String> values, Set<String> removed) {
        Map<String, Object> settings = new HashMap<>();
        hosts.values().stream()
                .map(host -> host.settingsOf(name))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(settings::putAll);
        settings.keySet().removeAll(removed);
        settings.putAll(values);
        try {
            new EditCheck(context, engine).check(name, settings);
            return Optional.empty();
        } catch (ConfigurationRefused e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private <T> ServiceRegistration<T> register(Class<T> type, T service, String pid) {
        return context.registerService(type, service, FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_PID, pid)));
    }

    @Override
    public String getName() {
        return "CARP virtual hosts";
    }

    @Override
    public void updated(String pid, Dictionary<String, ?> settings) {
        edit(pid, Map.copyOf(FrameworkUtil.asMap(settings)));
    }

    @Override
    public void deleted(String pid) {
        edit(pid, null);
    }

    private synchronized void edit(String pid, @Nullable Map<String, Object> settings) {
        if (!closed) {
            hosts.computeIfAbsent(pid, first -> new ConfiguredHost(context, engine, loop, workers))
                    .edit(settings);
        }
    }

    /** {@code etc/carp.vhost.cfg}, a file without a name. */
    private void withoutName(@Nullable Dictionary<String, ?> settings) {
        String file = "etc/carp.vhost.cfg";
        if (settings == null) {
            engine.nodeFindings().settled(file);
        } else {
            engine.nodeFindings()
                    .refused(
                            file,
                            "the virtual host has no name, so it does not run: rename the file to"
                                    + " etc/carp.vhost-<name>.cfg, one file for each virtual host");
        }
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        if (event.getType() != ServiceEvent.UNREGISTERING) {
            hosts.values().forEach(ConfiguredHost::plugInsChanged);
            return;
        }
        List<ConfiguredHost> users = hosts.values().stream()
                .filter(host -> host.uses(event.getServiceReference()))
                .toList();
        users.forEach(ConfiguredHost::stop); // All end in parallel, before the first is waited for.
        users.forEach(host -> host.withdraw(event.getServiceReference()));
    }

    /** Ends all of them in good order. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        registrations.forEach(ServiceRegistration::unregister);
        context.removeServiceListener(this);
        hosts.values().forEach(ConfiguredHost::stop);
        hosts.values().forEach(ConfiguredHost::close);
    }
}
