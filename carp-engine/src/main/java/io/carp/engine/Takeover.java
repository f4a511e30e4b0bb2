// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.CarpState.MASTER;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.script.Occasion;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becoming master and ceasing to be it cause: three lists, read top-down, on lanes. A is the address lane, C
 * the consumer lane, S that of the scripts, L the loop. Methods are called on the loop and return at once.
 *
 * <p>More than one lane, because {@code registerService} brings consumers up on the calling thread: on the loop a slow one would
 * silence our advertisements, on one shared lane it would hold a lost address.
 */
final class Takeover implements BeforeBinding.Answer {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    /** What comes back to the runner, on the loop, and only while the term goes on. */
    interface Outcome {
        void bindFailed(IOException why);

        void hookFailed(Throwable why);
    }

    private final Loop loop;
    private final Lane addresses;
    private final Lane consumerLane;
    private final Binding binding;
    private final Consumers consumers;
    private final Actions actions;
    private final Outcome outcome;
    private final BeforeBinding before;

    private @Nullable Term term;
    private CompletableFuture<Void> givingUp = NOTHING;
    private long hookTimeoutNanos;

    Takeover(
            Loop loop,
            Lane addresses,
            Lane consumerLane,
            Binding binding,
            Consumers consumers,
            Actions actions,
            Outcome outcome) {
        this.loop = loop;
        this.addresses = addresses;
        this.consumerLane = consumerLane;
        this.binding = binding;
        this.consumers = consumers;
        this.actions = actions;
        this.outcome = outcome;
        this.before = new BeforeBinding(loop, consumerLane, consumers, actions, this);
    }

    void configure(long hookTimeoutNanos, boolean bindInSpiteOfFailure) {
        this.hookTimeoutNanos = hookTimeoutNanos;
        before.configure(hookTimeoutNanos, bindInSpiteOfFailure);
    }

    /**
     * The machine went MASTER: L advertised already, S before script, C hooks, A bind and announce, C register and S up
     * scripts, event.
     *
     * @param event of an {@link EventOrder}
     */
    void take(VirtualHost host, Runnable event) {
        Term t = new Term(host, inAnyCase(event, actions.patienceNanos()));
        term = t;
        before.of(t);
    }

    /**
     * The machine left MASTER: A unbind at once, S down scripts, C unregister, C hooks, event. After a give-up only the
     * rest is left. Without a term there is nothing to lose: the scripts are told of the state, and the event is posted.
     *
     * @param event of the same {@link EventOrder}
     */
    void lose(VirtualHost host, Reason why, Runnable event) {
        Term t = term;
        term = null;
        if (t == null) {
            actions.changed(host);
            event.run();
            return;
        }
        t.ended = true;
        t.leaving = Actions.occasion(host);
        t.whenBound.completeExceptionally(
                new IllegalStateException("mastership was lost before the addresses were bound: " + why));
        Runnable ended = inAnyCase(
                () -> {
                    t.event.run(); // It may have been lost before it was bound, or before anybody could be told.
                    event.run();
                },
                0);
        CompletableFuture<Void> unbound =
                t.isNeverBound(addresses) ? NOTHING : addresses.execute(() -> t.unbind(binding));
        actions.changed(host); // Behind the unbind.
        if (t.isUnknownToConsumers(consumerLane)) {
            unbound.thenRun(ended);
            return;
        }
        consumerLane.execute(() -> t.unregister(consumers));
        AtomicBoolean hooksRun = new AtomicBoolean();
        CompletableFuture<Void> released = consumerLane.executeAfter(unbound, () -> {
            hooksRun.set(true);
            if (t.knownToConsumers) {
                consumers.released(host, why);
            }
            ended.run();
        });
        Cancellable timer = loop.at(loop.nanoTime() + 2 * hookTimeoutNanos, () -> {
            if (hooksRun.get()) {
                consumers.overran(host); // Stopped, that the next term finds a free lane.
            }
        });
        released.whenComplete((done, failure) -> loop.execute(timer::cancel));
    }

    /**
     * We want out, and go on advertising while we prepare: C unregister, S down scripts, both in at most {@code
     * hookTimeout}; A unbind; then L the machine, whose transition is followed by {@link #lose}. Whoever asks while that
     * is under way comes after it.
     *
     * @param to what the machine will be
     * @param why the reason it will name
     * @return completes on the loop when the machine has had its turn
     */
    CompletableFuture<Void> giveUp(CarpState to, Reason why, Runnable machineLast) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> before = givingUp;
        givingUp = done;
        before.thenRun(() -> release(to, why, () -> {
            try {
                machineLast.run();
            } finally {
                done.complete(null); // Else nobody could give up after a failure.
            }
        }));
        return done;
    }

    private void release(CarpState to, Reason why, Runnable machine) {
        Term t = term;
        if (t == null) {
            machine.run();
            return;
        }
        t.ended = true;
        Occasion leaving = new Occasion(t.host.name(), t.host.vhid(), t.host.networkInterface(), MASTER, to, why);
        t.leaving = leaving;
        CompletableFuture<Void> unregistered =
                t.isUnknownToConsumers(consumerLane) ? NOTHING : consumerLane.execute(() -> t.unregister(consumers));
        AtomicBoolean unbinding = new AtomicBoolean();
        Runnable unbind = () -> {
            if (unbinding.compareAndSet(false, true)) {
                addresses
                        .execute(() -> t.unbind(binding))
                        .thenRun(() -> loop.execute(() -> released(t, leaving, machine)));
            }
        };
        Cancellable timer = loop.at(loop.nanoTime() + hookTimeoutNanos, () -> {
            if (unregistered.isDone()) {
                LOG.warn("carp: {}: the scripts take longer than hookTimeout: going on meanwhile", t.host.name());
            } else {
                consumers.overran(t.host);
            }
            unbind.run();
        });
        unregistered.thenCompose(done -> actions.leaving(leaving)).thenRun(() -> {
            unbind.run();
            loop.execute(timer::cancel);
        });
    }

    private void released(Term t, Occasion leaving, Runnable machine) {
        if (term == null || t.equals(term)) {
            machine.run();
        } else {
            release(
                    leaving.state(),
                    leaving.reason(),
                    machine); // Lost and promoted again meanwhile: that term wants its good order, too.
        }
    }

    /** Completes on the loop when the addresses of this term are bound; fails if that never happened. */
    CompletableFuture<Void> whenBound() {
        Term t = term;
        return t == null
                ? CompletableFuture.failedFuture(new IllegalStateException("this node is not MASTER"))
                : t.whenBound;
    }

    /** Tells the link again who has the addresses. */
    void announce() {
        Term t = term;
        if (t != null && t.bound && t.announcementWaits.compareAndSet(false, true)) {
            addresses.execute(() -> {
                t.announcementWaits.set(false);
                t.announce(binding);
            });
        }
    }

    /** Completes when consumers and scripts have been told of all that has happened. Any thread. */
    CompletableFuture<Void> whenTold() {
        return CompletableFuture.allOf(consumerLane.execute(() -> {}), actions.whenIdle());
    }

    /** Whether the addresses are bound, as far as we know. */
    boolean isBound() {
        return term != null && term.bound;
    }

    @Override
    public void bind(Term t) {
        t.binding = addresses.execute(() -> bindNow(t));
    }

    @Override
    public void refuse(Term t, Throwable why) {
        loop.execute(() -> ifCurrent(t, () -> outcome.hookFailed(why)));
    }

    private void bindNow(Term t) {
        if (t.ended) {
            return;
        }
        try {
            Term.tell(binding, Actions.occasion(t.host));
            binding.bind();
        } catch (IOException e) {
            loop.execute(() -> ifCurrent(t, () -> outcome.bindFailed(e)));
            return;
        } catch (RuntimeException | Error e) {
            t.bound = true; // Perhaps in part: unbind will tell.
            loop.execute(() -> ifCurrent(t, () -> outcome.bindFailed(new IOException("the binder failed: " + e, e))));
            return;
        }
        t.bound = true;
        t.announce(binding);
        loop.execute(() -> t.whenBound.complete(null));
        if (!t.ended) {
            actions.serving(t.host);
        }
        t.registering = consumerLane.execute(() -> t.register(consumers));
    }

    private void ifCurrent(Term t, Runnable task) {
        if (t.equals(term) && !t.ended) {
            task.run();
        }
    }

    /** The same, but run after a while if nobody did: who never comes up must not keep an event from everybody else. */
    private Runnable inAnyCase(Runnable event, long patienceNanos) {
        Cancellable timer = loop.at(loop.nanoTime() + patienceNanos + 2 * hookTimeoutNanos, event);
        return () -> {
            event.run();
            loop.execute(timer::cancel);
        };
    }
}
