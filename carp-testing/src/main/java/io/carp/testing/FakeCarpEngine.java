// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.VirtualHost;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * A {@link CarpEngine} without a network, for tests: the test says who is MASTER, and everything that follows from it
 * happens at once, on the calling thread, in the order the real engine keeps.
 *
 * <pre>{@code
 * FakeCarpEngine carp = new FakeCarpEngine("web");
 * carp.hook(billing).postTo(auditor::handleEvent);
 * carp.take("web"); // billing.acquiring, Mastership, event MASTER
 * carp.lose("web"); // Mastership gone, billing.released, event BACKUP
 * }</pre>
 *
 * <p>In a plain unit test nothing of OSGi needs to be on the class path, as long as none of the methods that name an
 * OSGi type is called. Inside a framework {@link #publishTo} makes it register what the real engine registers, and
 * call the {@link MastershipHook} services it finds there; register this object as {@link CarpEngine} yourself if
 * your code asks for one.
 *
 * <p>A virtual host starts as BACKUP. Safe for any thread. A change asked for from within a hook or an activation
 * follows the change under way, as with the real engine.
 */
public final class FakeCarpEngine implements CarpEngine {
    private final Map<String, FakeVirtualHost> hosts = new ConcurrentSkipListMap<>();
    private final List<MastershipHook> hooks = new CopyOnWriteArrayList<>();
    private final Events events = new Events();
    private final ReentrantLock changing = new ReentrantLock();
    private final Queue<Runnable> changes = new ArrayDeque<>();
    private volatile Clock clock = Clock.systemUTC();
    private volatile @Nullable FrameworkServices framework;
    private volatile int demotion;

    /** An engine with these virtual hosts, numbered 1, 2, … on {@code eth0}; {@link #host} changes what they look like. */
    public FakeCarpEngine(String... names) {
        for (String name : names) {
            hosts.put(name, new FakeVirtualHost(this, name, hosts.size() + 1));
        }
    }

    /** The virtual host with this name, to be dressed up for a test; a new one, in BACKUP, if there is none yet. */
    public FakeVirtualHost host(String name) {
        return hosts.computeIfAbsent(name, key -> new FakeVirtualHost(this, key, hosts.size() + 1));
    }

    /** Where "now" comes from; the system's clock unless called. */
    public FakeCarpEngine clock(Clock source) {
        clock = source;
        return this;
    }

    /** Calls this hook with every change of mastership, before those found as services. */
    public FakeCarpEngine hook(MastershipHook hook) {
        hooks.add(hook);
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
     * both names, with this bundle context, and calls the {@link MastershipHook} services that are visible to it.
     */
    public FakeCarpEngine publishTo(BundleContext context) {
        framework = new FrameworkServices(context);
        return this;
    }

    /** This node becomes MASTER because the master fell silent. Does nothing if it is MASTER. */
    public VirtualHost take(String name) {
        return take(name, Reason.MASTER_TIMED_OUT);
    }

    /**
     * This node becomes MASTER. Does nothing if it is MASTER.
     *
     * @return what became of it: BACKUP if a hook threw, as {@code beforeFailure = stepDown} has it
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    public VirtualHost take(String name, Reason reason) {
        FakeVirtualHost host = known(name);
        inOrder(() -> become(host, CarpState.MASTER, reason));
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
        inOrder(() -> become(host, after, reason));
        return host.view();
    }

    /**
     * The whole node is worth less from now on.
     *
     * @param total in 1/256 s of advskew; 0 is healthy
     * @param reason goes into the event
     */
    public FakeCarpEngine demote(int total, String reason) {
        inOrder(() -> {
            int before = demotion;
            demotion = total;
            if (total != before) {
                events.demotion(before, total, reason, clock.millis());
            }
        });
        return this;
    }

    /** The object that stands for mastership; empty unless this node is MASTER and no hook stood in the way. */
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
        return asked(known(name), CarpState.MASTER, CarpState.BACKUP);
    }

    @Override
    public CompletionStage<VirtualHost> takeOver(String name) {
        return asked(known(name), CarpState.BACKUP, CarpState.MASTER);
    }

    private CompletionStage<VirtualHost> asked(FakeVirtualHost host, CarpState from, CarpState to) {
        CompletableFuture<VirtualHost> outcome = new CompletableFuture<>();
        inOrder(() -> {
            CarpState now = host.view().state();
            if (now != from) {
                outcome.completeExceptionally(new RequestRefusedException(
                        from == CarpState.MASTER ? Refusal.NOT_MASTER : Refusal.NOT_BACKUP,
                        host.view().name() + " is " + now + " here, not " + from));
                return;
            }
            become(host, to, Reason.USER_REQUEST);
            VirtualHost view = host.view();
            if (view.state() == to) {
                outcome.complete(view);
            } else {
                outcome.completeExceptionally(new RequestRefusedException(
                        Refusal.LOST, view.name() + " is " + view.state() + ": " + view.reason()));
            }
        });
        return outcome;
    }

    private void become(FakeVirtualHost host, CarpState after, Reason reason) {
        CarpState before = host.view().state();
        if (after == before) {
            return;
        }
        if (after == CarpState.MASTER) {
            take(host, before, reason);
        } else if (before == CarpState.MASTER) {
            giveBack(host, after, reason);
        } else {
            host.transition(after, reason, clock.instant());
            events.state(host.view(), before, clock.millis());
        }
    }

    private void take(FakeVirtualHost host, CarpState before, Reason reason) {
        host.transition(CarpState.MASTER, reason, clock.instant());
        for (MastershipHook hook : hooksFor(host)) {
            try {
                hook.acquiring(host.view());
            } catch (Exception e) {
                giveBack(host, CarpState.BACKUP, Reason.BEFORE_ACTION_FAILED);
                host.detail(String.valueOf(e.getMessage()));
                return;
            }
        }
        FrameworkServices services = framework;
        if (services == null) {
            host.bound(new Mastership() {});
        } else {
            MasterService service = new MasterService();
            host.bound(service);
            services.register(host.view(), service);
        }
        events.state(host.view(), before, clock.millis());
    }

    private void giveBack(FakeVirtualHost host, CarpState after, Reason reason) {
        FrameworkServices services = framework;
        if (services != null) {
            services.unregister(host.view().name());
        }
        host.transition(after, reason, clock.instant());
        for (MastershipHook hook : hooksFor(host)) {
            try {
                hook.released(host.view(), reason);
            } catch (Exception e) {
                // The real engine logs it and goes on; a test that wants to see it lets its own hook tell.
                continue;
            }
        }
        events.state(host.view(), CarpState.MASTER, clock.millis());
    }

    private Collection<MastershipHook> hooksFor(FakeVirtualHost host) {
        FrameworkServices services = framework;
        List<MastershipHook> all = new ArrayList<>(hooks);
        if (services != null) {
            all.addAll(services.hooks(host.view().name()));
        }
        return all;
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

    private void inOrder(Runnable change) {
        changing.lock();
        try {
            changes.add(change);
            if (changing.getHoldCount() > 1) {
                return; // asked for from within a change: it follows that one
            }
            for (Runnable next = changes.poll(); next != null; next = changes.poll()) {
                next.run();
            }
        } finally {
            changing.unlock();
        }
    }
}
