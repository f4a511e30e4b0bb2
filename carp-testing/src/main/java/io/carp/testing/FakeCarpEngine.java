// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import io.carp.consumers.EventContent;
import io.carp.consumers.Generations;
import io.carp.consumers.Listeners;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * A {@link CarpEngine} without a network, for tests. The test says whether this node is MASTER, and everything that
 * follows happens at once, on the calling thread. The engine's own code decides what follows, and in which order.
 *
 * <pre>{@code
 * FakeCarpEngine carp = new FakeCarpEngine("web");
 * carp.hook(billing).postTo(auditor::handleEvent);
 * carp.take("web"); // billing.acquiring, Mastership, event MASTER
 * carp.lose("web"); // Mastership gone, billing.released, event BACKUP
 * }</pre>
 *
 * <p>In a plain unit test no OSGi class needs to be on the class path, as long as the test calls no method that names
 * an OSGi type. Inside a framework {@link #publishTo} makes it register what the real engine registers, and call the
 * {@link MastershipHook} services it finds there; register this object as {@link CarpEngine} yourself if your code asks
 * for one.
 *
 * <p>A virtual host starts as BACKUP. Any thread may call. A change that is asked for within a hook or an activation
 * follows what is under way. If a subscriber of events throws something, the caller that asked for the change gets it
 * when everything is done; as with the engine, the caller does not get what a hook throws. No time passes, so a hook
 * that never returns hangs the test.
 */
public final class FakeCarpEngine implements CarpEngine {
    private final Map<String, FakeVirtualHost> hosts = new ConcurrentSkipListMap<>();
    private final List<MastershipHook> hooks = new CopyOnWriteArrayList<>();
    private final Generations generations = new Generations();
    private final InOrder order = new InOrder();
    private final Events events = new Events(order);
    private final Listeners listeners = new Listeners(order, order::execute, this::listenerFailed);
    private volatile Clock clock = Clock.systemUTC();
    private volatile @Nullable BundleContext framework;
    private volatile int demotion;

    /**
     * An engine with these virtual hosts, numbered 1, 2, … on {@code eth0}; {@link #host} changes what they look like.
     */
    public FakeCarpEngine(String... names) {
        for (String name : names) {
            host(name);
        }
    }

    /** The virtual host with this name, to be dressed up for a test; a new one, in BACKUP, if there is none yet. */
    public FakeVirtualHost host(String name) {
        return hosts.computeIfAbsent(name, this::begin);
    }

    private FakeVirtualHost begin(String name) {
        FakeVirtualHost host = new FakeVirtualHost(this, name, hosts.size() + 1);
        order.execute(() -> listeners.tell(host, host.view(), null));
        return host;
    }

    /** Sets the clock that says what time it is; without this call it is the system's. */
    public FakeCarpEngine clock(Clock source) {
        clock = source;
        return this;
    }

    /** Calls this hook with every change of mastership, before those found as services. */
    public FakeCarpEngine hook(MastershipHook hook) {
        hooks.add(hook);
        return this;
    }

    /**
     * Tells this listener the present state of all virtual hosts, and every transition from now on. The caller that
     * asked for a change gets what the listener throws.
     */
    public FakeCarpEngine listener(VirtualHostListener listener) {
        listeners.add(listener, listener, null, "the test");
        return this;
    }

    /** Hands every event to this subscriber, which may be {@code handler::handleEvent}. */
    public FakeCarpEngine postTo(Consumer<Event> subscriber) {
        events.subscribe(subscriber);
        return this;
    }

    /** Posts every event to this EventAdmin. */
    public FakeCarpEngine postTo(EventAdmin eventAdmin) {
        events.subscribe(eventAdmin::postEvent);
        return this;
    }

    /**
     * From the next {@link #take} on, registers {@link Mastership} and the OSGi {@code Condition}, one object under
     * both names, with this bundle context, and calls the {@link MastershipHook} services that are visible to it. From
     * now on, tells the {@link VirtualHostListener} services.
     */
    public FakeCarpEngine publishTo(BundleContext context) {
        framework = context;
        new ListenerServices(context, listeners).open();
        return this;
    }

    /** This node becomes MASTER because the master fell silent. Does nothing if it is MASTER. */
    public VirtualHost take(String name) {
        return take(name, Reason.MASTER_TIMED_OUT);
    }

    /**
     * This node becomes MASTER. Does nothing if it is MASTER.
     *
     * @return the virtual host afterwards: it is BACKUP if a hook threw, as with {@code beforeFailure = stepDown}
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    public VirtualHost take(String name, Reason reason) {
        FakeVirtualHost host = known(name);
        order.execute(() -> host.go(CarpState.MASTER, reason));
        return host.view();
    }

    /** A better master was heard: this node becomes BACKUP. Does nothing if it is BACKUP. */
    public VirtualHost lose(String name) {
        return lose(name, Reason.MORE_FREQUENT_ADVERTISEMENT);
    }

    /**
     * This node becomes BACKUP, or INIT where that is what the reason means, such as {@link Reason#LINK_DOWN}. Does
     * nothing if it is in that state.
     *
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    public VirtualHost lose(String name, Reason reason) {
        FakeVirtualHost host = known(name);
        CarpState after =
                switch (reason) {
                    case STARTING, LINK_DOWN, STOPPED, CONFIGURATION, INTERFACE_UNUSABLE, ADDRESS_IN_USE ->
                        CarpState.INIT;
                    default -> CarpState.BACKUP;
                };
        boolean inGoodOrder =
                switch (reason) {
                    case USER_REQUEST, STOPPED, BEFORE_ACTION_FAILED -> true;
                    default -> false;
                };
        order.execute(() -> {
            if (inGoodOrder && host.state() == CarpState.MASTER) {
                host.giveUp(after, reason);
            } else {
                host.go(after, reason);
            }
        });
        return host.view();
    }

    /**
     * The whole node is worth less from now on.
     *
     * @param total in 1/256 s of advskew; 0 is healthy
     * @param reason goes into the event
     */
    public FakeCarpEngine demote(int total, String reason) {
        order.execute(() -> {
            int before = demotion;
            demotion = total;
            if (total != before) {
                events.post(() -> EventContent.ofDemotion(before, total, reason, clock.instant()));
            }
        });
        return this;
    }

    /** The service object; empty unless this node is MASTER and no hook stood in the way. */
    public Optional<Mastership> mastership(String name) {
        return Optional.ofNullable(known(name).mastership());
    }

    @Override
    public List<VirtualHost> virtualHosts() {
        return hosts.values().stream().map(FakeVirtualHost::view).toList();
    }

    @Override
    public Optional<VirtualHost> virtualHost(String name) {
        return Optional.ofNullable(hosts.get(name)).map(FakeVirtualHost::view);
    }

    @Override
    public int demotion() {
        return demotion;
    }

    @Override
    public CompletionStage<VirtualHost> stepDown(String name) {
        FakeVirtualHost host = known(name);
        return asked(() -> host.stepDown(Reason.USER_REQUEST));
    }

    @Override
    public CompletionStage<VirtualHost> takeOver(String name) {
        return asked(known(name)::takeOver);
    }

    private CompletionStage<VirtualHost> asked(Supplier<CompletableFuture<VirtualHost>> request) {
        CompletableFuture<VirtualHost> outcome = new CompletableFuture<>();
        order.execute(() -> request.get().whenComplete((view, failure) -> {
            if (failure == null) {
                outcome.complete(view);
            } else {
                outcome.completeExceptionally(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            }
        }));
        return outcome;
    }

    FakeConsumers consumers(String name) {
        return new FakeConsumers(this, hooks, name);
    }

    /** The bundle context in which services are registered and looked for; null without a framework. */
    @Nullable
    BundleContext framework() {
        return framework;
    }

    synchronized long nextGeneration(Instant now) {
        return generations.next(now);
    }

    private void listenerFailed(String sentence, @Nullable Throwable thrown) {
        order.execute(() -> {
            throw new AssertionError(sentence, thrown);
        });
    }

    Listeners listeners() {
        return listeners;
    }

    InOrder order() {
        return order;
    }

    Events events() {
        return events;
    }

    Clock clock() {
        return clock;
    }

    private FakeVirtualHost known(String name) {
        FakeVirtualHost host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException(
                    "no virtual host \"" + name + "\"; there are: " + String.join(", ", hosts.keySet()));
        }
        return host;
    }
}
