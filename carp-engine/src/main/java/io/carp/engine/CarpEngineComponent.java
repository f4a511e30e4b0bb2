// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.CarpEngine;
import io.carp.Demotion;
import io.carp.Finding;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import io.carp.config.ConfigurationRefused;
import io.carp.config.EngineConfig;
import io.carp.consumers.Hooks;
import io.carp.consumers.MastershipServices;
import io.carp.host.NodeServices;
import io.carp.host.VirtualHostRunner;
import io.carp.mastership.Consumers;
import io.carp.report.LogAndEvents;
import io.carp.script.Processes;
import io.carp.spi.Loop;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * What all virtual hosts of this node share: their list, threads, defaults, demotions and hooks.
 *
 * <p>{@code etc/carp.engine.cfg} holds its settings; the file may be missing. A {@code ManagedService} takes them, and
 * they do not become component properties, because anybody can see those and a {@code pass} may be among them.
 */
@Component(service = CarpEngine.class, configurationPolicy = ConfigurationPolicy.IGNORE, immediate = true)
public final class CarpEngineComponent implements CarpEngine {
    private static final String FILE = "etc/carp.engine.cfg";

    private final BundleContext context;
    private final WorkerPool workers;
    private final EventsThread events = new EventsThread(LogAndEvents::lost);
    private final ServiceTracker<EventAdmin, EventAdmin> eventAdmin;
    private final LogAndEvents notices;
    private final Set<ServiceReference<MastershipHook>> hookServices = ConcurrentHashMap.newKeySet();
    private final Hooks hooks;
    private final HostList hosts = new HostList();
    private final Clock wallClock = Clock.systemUTC();
    private final OnLoop onLoop;
    private final ContainerStop containerStop;
    private final Boot boot;
    private final NodeDemotions demotions;
    private final SealFile sealFile;
    private final NodeServices node;
    private final NodeFindings nodeFindings;
    private final EventsWatch eventsWatch;
    private final LoopWatch loopWatch;
    private final LoopPriority loopPriority;
    private final VirtualHosts virtualHosts;
    private final ServiceRegistration<ManagedService> settings;
    private volatile EngineConfig config = EngineConfig.DEFAULT;

    /** Starts no virtual host before ConfigurationAdmin has told the settings, since the defaults are among them. */
    @Activate
    public CarpEngineComponent(@Reference Loop loop, BundleContext context) {
        this.context = context;
        this.eventAdmin = new ServiceTracker<>(context, EventAdmin.class, null);
        this.notices = new LogAndEvents(events, this::post);
        this.workers = new WorkerPool(notices::error);
        this.demotions = new NodeDemotions(loop, workers, hosts, notices, wallClock);
        this.nodeFindings = new NodeFindings(context, notices, wallClock);
        this.sealFile = new SealFile(SealFile.place(context), workers, nodeFindings);
        this.node =
                new NodeServices(loop, workers, notices, wallClock, new Processes(), demotions::outage).with(sealFile);
        this.eventsWatch = new EventsWatch(events, nodeFindings, notices);
        this.loopWatch = new LoopWatch(loop, workers, node.masterships(), nodeFindings, notices, eventsWatch::look);
        this.loopPriority = new LoopPriority(loop, workers, nodeFindings, notices);
        this.hooks = new Hooks(context, () -> hookServices);
        this.onLoop = new OnLoop(hosts, loop, workers);
        this.containerStop = new ContainerStop(context, hosts);
        this.boot = new Boot(context, loop, workers, nodeFindings, this::booting);
        this.virtualHosts = new VirtualHosts(context, this, loop, workers);
        eventAdmin.open();
        loopWatch.open();
        containerStop.open();
        sealFile.read();
        boot.open(); // This comes before the settings, since the boot may be over when they arrive.
        this.settings = context.registerService(
                ManagedService.class,
                file -> configure(file == null ? Map.of() : Map.copyOf(FrameworkUtil.asMap(file))),
                FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_PID, "carp.engine")));
    }

    /**
     * Takes the settings, at first and after each edit. A wrong one never makes it fail. One thread at a time calls.
     */
    void configure(Map<String, Object> file) {
        try {
            config = EngineConfig.parse(file, base());
            demotions.configure(config, boot.isAwaited());
            nodeFindings.settled(FILE);
            hosts.retryAll();
        } catch (ConfigurationRefused e) {
            nodeFindings.refused(FILE, e.getMessage() + "; the settings of before stay");
        }
        loopPriority.configure(config);
        virtualHosts.open();
    }

    @Deactivate
    void deactivate() {
        settings.unregister();
        virtualHosts.close();
        loopWatch.close();
        eventsWatch.close();
        containerStop.close();
        boot.close();
        workers.close();
        events.execute(eventAdmin::close); // The events of the end are posted before that.
    }

    /**
     * Drops the event while EventAdmin is away. With a DS reference instead, its restart would end every mastership.
     */
    private void post(Event event) {
        EventAdmin present = eventAdmin.getService();
        if (present != null) {
            present.postEvent(event);
        }
    }

    // --- CarpEngine

    @Override
    public List<VirtualHost> virtualHosts() {
        return hosts.all().stream()
                .<VirtualHost>map(VirtualHostComponent::snapshot)
                .sorted(Comparator.comparing(VirtualHost::name))
                .toList();
    }

    @Override
    public Optional<VirtualHost> virtualHost(String name) {
        return hosts.find(name).map(VirtualHostComponent::snapshot);
    }

    @Override
    public int demotion() {
        return demotions.ofNode();
    }

    @Override
    public CompletionStage<VirtualHost> stepDown(String name) {
        return onLoop.ask(name, runner -> runner.stepDown(Reason.USER_REQUEST));
    }

    @Override
    public CompletionStage<VirtualHost> takeOver(String name) {
        return onLoop.ask(name, VirtualHostRunner::takeOver);
    }

    @Override
    public Optional<String> refusal(String name, Map<String, String> values, Set<String> removed) {
        return virtualHosts.refusal(name, values, removed);
    }

    @Override
    public List<Finding> findings() {
        return nodeFindings.all();
    }

    // --- for the virtual hosts

    HostList hosts() {
        return hosts;
    }

    NodeFindings nodeFindings() {
        return nodeFindings;
    }

    LogAndEvents notices() {
        return notices;
    }

    /** Runs what may block. */
    void offLoop(Runnable task) {
        workers.execute(task);
    }

    /** Whether the loop is stuck, so that a question to it would not be answered. */
    boolean isLoopSilent() {
        return loopWatch.isSilent();
    }

    boolean isBooting() {
        return boot.isAwaited();
    }

    Map<String, Object> defaults() {
        return config.defaults();
    }

    NodeServices node() {
        return node;
    }

    Consumers consumers(String name) {
        return new MastershipServices(context, hooks, notices::warn, name);
    }

    /** The directory of the container, at which relative paths in settings start. */
    static Path base() {
        return Path.of(System.getProperty("karaf.base", ""));
    }

    // --- demotion

    @Reference(
            service = Demotion.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "addDemotion",
            unbind = "removeDemotion")
    void addDemotion(ServiceReference<Demotion> reference) {
        demotions.add(reference);
    }

    void removeDemotion(ServiceReference<Demotion> reference) {
        demotions.remove(reference);
    }

    private void booting(boolean booting) {
        demotions.booting(booting ? config.bootDemotion() : 0);
    }

    /** Tells a virtual host what it is worth, when it starts. */
    void tellDemotions(VirtualHostComponent host) {
        demotions.tell(host);
    }

    // --- hooks

    @Reference(
            service = MastershipHook.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeHook")
    void addHook(ServiceReference<MastershipHook> reference) {
        hookServices.add(reference);
    }

    void removeHook(ServiceReference<MastershipHook> reference) {
        hookServices.remove(reference);
    }

    // --- listeners

    @Reference(
            service = VirtualHostListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "addListener",
            unbind = "removeListener")
    void addListener(ServiceReference<VirtualHostListener> reference, VirtualHostListener listener) {
        node.listeners()
                .add(
                        reference,
                        listener,
                        reference.getProperty(VirtualHostListener.NAME),
                        MastershipServices.owner(reference));
    }

    void removeListener(ServiceReference<VirtualHostListener> reference) {
        node.listeners().remove(reference);
    }
}
