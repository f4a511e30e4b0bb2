// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import io.carp.CarpEngine;
import io.carp.Mastership;
import io.carp.VirtualHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.support.cluster.AbstractCamelClusterView;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One virtual host as a Camel context sees it: this node leads it while {@code Mastership} is registered; otherwise the
 * leader is not known.
 *
 * <p>Listeners are told on the thread that registers or unregisters {@code Mastership}. So a route has started when the
 * registration returns, and has stopped when the unregistration returns, before the addresses are released; the engine
 * waits for that at most {@code hookTimeout}. Listeners look at {@link #getLocalMember}; they are told once too often
 * rather than once too little. Only Camel's own lock is held meanwhile.
 */
final class MastershipView extends AbstractCamelClusterView
        implements ServiceTrackerCustomizer<Object, ServiceReference<Object>> {
    private static final Logger LOG = LoggerFactory.getLogger(MastershipView.class);

    /** After this time a container that boots knows its virtual hosts. */
    private static final Duration UNTIL_KNOWN = Duration.ofSeconds(10);

    private final BundleContext framework;
    private final Set<ServiceReference<Object>> masterships = ConcurrentHashMap.newKeySet();
    private final CamelClusterMember local = new LocalMember();
    private volatile @Nullable ServiceTracker<Object, ServiceReference<Object>> tracker;

    MastershipView(CamelClusterService service, String namespace, BundleContext framework) {
        super(service, namespace);
        this.framework = framework;
    }

    @Override
    protected void doStart() throws Exception {
        ServiceTracker<Object, ServiceReference<Object>> opening = new ServiceTracker<>(framework, filter(), this);
        tracker = opening;
        opening.open(true); // Whichever version of the API's bundle its class is from.
        CompletableFuture.delayedExecutor(UNTIL_KNOWN.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    String fault = tracker == opening ? fault() : null;
                    if (fault != null) {
                        LOG.warn("carp: {}", fault);
                    }
                });
    }

    @Override
    protected void doStop() {
        ServiceTracker<Object, ServiceReference<Object>> closing = tracker;
        tracker = null;
        if (closing != null) {
            closing.close(); // Tells that nobody leads.
        }
    }

    private Filter filter() throws InvalidSyntaxException {
        String name = getNamespace().replaceAll("[\\\\*()]", "\\\\$0");
        return FrameworkUtil.createFilter(
                "(&(objectClass=" + Mastership.class.getName() + ")(" + Mastership.NAME + "=" + name + "))");
    }

    @Override
    public ServiceReference<Object> addingService(ServiceReference<Object> reference) {
        masterships.add(reference);
        tell();
        return reference;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        // The service still matches, so nothing changes.
    }

    @Override
    public void removedService(ServiceReference<Object> reference, ServiceReference<Object> same) {
        masterships.remove(reference);
        tell();
    }

    /**
     * Tells the listeners with the class loader of the context, as the context itself would, since consumers pass the
     * class loader of this thread on to threads of their own.
     */
    private void tell() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(getCamelContext().getApplicationContextClassLoader());
        try {
            fireLeadershipChangedEvent(getLeader());
        } catch (RuntimeException | LinkageError e) {
            // If this were thrown, the tracker would forget the service that we have counted.
            LOG.error(
                    "carp: Camel context {}: somebody who follows master:{} failed",
                    getCamelContext().getName(),
                    getNamespace(),
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public Optional<CamelClusterMember> getLeader() {
        return local.isLeader() ? Optional.of(local) : Optional.empty();
    }

    @Override
    public CamelClusterMember getLocalMember() {
        return local;
    }

    /** Only this node is a member, since the backups of CARP are silent and cannot be counted. */
    @Override
    public List<CamelClusterMember> getMembers() {
        return List.of(local);
    }

    /** What a person should know about a namespace that is no virtual host; null if it is one. */
    @Nullable
    String fault() {
        ServiceReference<?> reference = framework.getServiceReference(CarpEngine.class.getName());
        if (reference == null) {
            return withoutHost("the engine is not active");
        }
        List<VirtualHost> hosts =
                framework.getService(reference) instanceof CarpEngine engine ? engine.virtualHosts() : List.of();
        framework.ungetService(reference);
        List<String> names = hosts.stream().map(VirtualHost::name).toList();
        return names.contains(getNamespace())
                ? null
                : withoutHost("there are: " + (names.isEmpty() ? "none" : String.join(", ", names)));
    }

    private String withoutHost(String but) {
        return "Camel context " + getCamelContext().getName() + ": master:" + getNamespace()
                + " does not run: there is no virtual host \"" + getNamespace() + "\"; " + but
                + ". It begins by itself when there is etc/carp.vhost-" + getNamespace() + ".cfg";
    }

    private final class LocalMember implements CamelClusterMember {
        @Override
        public String getId() {
            return getCamelContext().getName();
        }

        @Override
        public boolean isLeader() {
            return !masterships.isEmpty();
        }

        @Override
        public boolean isLocal() {
            return true;
        }
    }
}
