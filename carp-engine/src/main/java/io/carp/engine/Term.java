// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.VirtualHost;
import io.carp.script.Occasion;
import io.carp.spi.AddressBinder.Binding;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stretch of being master, from the promotion until we lost it or gave it up. */
final class Term {
    private static final Logger LOG = LoggerFactory.getLogger(Term.class);

    /** The virtual host as it was promoted. */
    final VirtualHost host;

    /** Tells that it has begun; again, it does nothing. */
    final Runnable event;

    /** No longer wanted: nothing of it may begin any more. Set on the loop, read on both lanes. */
    volatile boolean ended;

    /** Whether to bind has been answered, by the hooks, their failure, their time-out or the end: the first counts. */
    final AtomicBoolean bindDecided = new AtomicBoolean();

    /** Whether consumers are told has been answered, by the services or by the end: the first counts. */
    private final AtomicBoolean servicesDecided = new AtomicBoolean();

    /** What it ends for, as soon as that is known. Set on the loop. */
    volatile @Nullable Occasion leaving;

    /** Completes on the loop. */
    final CompletableFuture<Void> whenBound = new CompletableFuture<>();

    /** An announcement waits for its turn: one is enough. */
    final AtomicBoolean announcementWaits = new AtomicBoolean();

    /** Address lane writes. */
    volatile boolean bound;

    /** Consumer lane only: hooks or services know of this term. */
    boolean knownToConsumers;

    /** Consumer lane only: the service is registered. */
    boolean registered;

    /** Loop only: the turn of the hooks, if there are any. */
    @Nullable
    CompletableFuture<Void> acquiring;

    /** Loop only: the end came before the services. */
    private boolean withoutServices;

    /** The turn of the binder, when it is decided. */
    volatile @Nullable CompletableFuture<Void> binding;

    /** The turn of the services, when the addresses are bound. */
    volatile @Nullable CompletableFuture<Void> registering;

    Term(VirtualHost host, Runnable event) {
        this.host = host;
        this.event = event;
    }

    /** Whether this ended term is not bound and never will be. */
    boolean isNeverBound(Lane addresses) {
        CompletableFuture<Void> turn = binding;
        return bindDecided.compareAndSet(false, true) || (turn != null && addresses.takeBack(turn));
    }

    /** Whether consumers will never hear of this ended term: a flapping host leaves no backlog behind a slow one. */
    boolean isUnknownToConsumers(Lane consumers) {
        CompletableFuture<Void> hooks = acquiring;
        CompletableFuture<Void> services = registering;
        boolean withoutHooks = hooks == null || hooks.isCancelled() || consumers.takeBack(hooks);
        if (services != null) {
            consumers.takeBack(services); // If it comes later, it finds the answer.
        }
        withoutServices |= servicesDecided.compareAndSet(false, true);
        return withoutHooks && withoutServices;
    }

    /** Consumer lane. */
    void unregister(Consumers consumers) {
        if (registered) {
            registered = false;
            consumers.unregister();
        }
    }

    /** Consumer lane. */
    void register(Consumers consumers) {
        if (servicesDecided.compareAndSet(false, true)) {
            knownToConsumers = true;
            registered = true;
            try {
                consumers.register(host);
            } finally {
                event.run();
            }
        }
    }

    /** Address lane. */
    void announce(Binding binding) {
        if (bound && !ended) {
            try {
                binding.announce();
            } catch (RuntimeException | Error e) {
                LOG.error("carp: {}: the virtual IPs could not be announced", host.name(), e);
            }
        }
    }

    /** Address lane. */
    void unbind(Binding binding) {
        if (!bound) {
            return;
        }
        bound = false;
        try {
            tell(binding, leaving);
            binding.unbind();
        } catch (IOException | RuntimeException | Error e) {
            LOG.error("carp: {}: the virtual IPs may still be bound", host.name(), e);
        }
    }

    static void tell(Binding binding, @Nullable Occasion occasion) {
        if (occasion != null) {
            binding.occasion(occasion.previous(), occasion.state(), occasion.reason());
        }
    }
}
