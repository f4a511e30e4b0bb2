// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.VirtualHost;
import io.carp.script.ScriptContext;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Addresses;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link MastershipMachine}: hands its deeds to three workers, brings back what they report, and wakes it at
 * its deadlines. Loop thread only, except where a method says otherwise.
 *
 * <p>There are three workers because {@code registerService} brings consumers up on the calling thread. On the loop a
 * slow one would silence our advertisements, on the thread of the addresses it would keep a lost one.
 */
public final class MastershipDriver {
    /** Whoever cares for the addresses is told, on the loop, and never from within one of its own calls. */
    public interface AddressOutcome {
        /** The addresses could be bound. */
        void free();

        /** The addresses cannot be bound now. */
        void unavailable(IOException why);

        /** Binding the addresses failed. */
        void bindFailed(IOException why);

        /** An edit was taken over. */
        void updated(Addresses edited);
    }

    private final Loop loop;
    private final Consumers consumers;
    private final AddressOutcome addresses;
    private final Outcome outcome;
    private final MastershipMachine machine;
    private final Workers workers;
    private final StuckConsumers stuck;
    private final Loop.Timer timer;
    private final Deque<GivingUp> givingUp = new ArrayDeque<>();
    private final Awaited released = new Awaited();
    private final Awaited told = new Awaited();
    private CompletableFuture<Void> bound = notMaster();
    private final CompletableFuture<Void> forgotten = new CompletableFuture<>();
    private boolean loopIsGone;

    /** The present state, for {@link Consumers#overran}. */
    private @Nullable VirtualHost present;

    private record GivingUp(ScriptContext occasion, Runnable machineLast, CompletableFuture<Void> done) {}

    /** @param pool threads for what may block */
    public MastershipDriver(
            Loop loop,
            Executor pool,
            Binding binding,
            Consumers consumers,
            ScriptRunner scripts,
            MastershipSettings settings,
            AddressOutcome addresses,
            Outcome outcome) {
        this.loop = loop;
        this.consumers = consumers;
        this.addresses = addresses;
        this.outcome = outcome;
        this.machine = new MastershipMachine(settings);
        this.workers = new Workers(loop, pool, binding, consumers, scripts, this::reported, outcome);
        this.stuck = new StuckConsumers(pool, this::onLoop, consumers, outcome::stuck);
        this.timer = loop.timer(this::decide);
    }

    public void configure(MastershipSettings edited) {
        machine.configure(edited, loop.nanoTime());
        decide();
    }

    /** The virtual host went MASTER, and has said so on the link. */
    public void take(Saying.Event event) {
        present = event.host();
        bound = new CompletableFuture<>();
        machine.hooks(consumers.hasHooks());
        machine.promote(event, loop.nanoTime());
        onLoop(this::decide); // In a turn of its own: where hundreds are promoted at once, the timers of others
        // come between.
    }

    /** The virtual host went into a state that is not MASTER. */
    public void lose(Saying.Event event) {
        present = event.host();
        bound.completeExceptionally(new RequestRefusedException(
                Refusal.LOST, "mastership was lost before the addresses were bound: " + event.why()));
        bound = notMaster();
        machine.lose(event, loop.nanoTime());
        decide();
    }

    /**
     * Gives mastership up: consumers and scripts let go, then the state changes, then the addresses go. A request that
     * comes while this is under way waits until it is done.
     *
     * @param host the virtual host as it is now
     * @param to the state that it will have
     * @param machineLast changes the state
     * @return completes on the loop when the state has had its turn and the addresses are released
     */
    public CompletableFuture<Void> giveUp(VirtualHost host, CarpState to, Reason why, Runnable machineLast) {
        ScriptContext occasion =
                new ScriptContext(host.name(), host.vhid(), host.networkInterface(), host.state(), to, why);
        GivingUp asked = new GivingUp(occasion, machineLast, new CompletableFuture<>());
        givingUp.add(asked);
        if (givingUp.size() == 1) {
            machine.giveUp(occasion, loop.nanoTime());
            decide();
        }
        return asked.done();
    }

    private void leave() {
        GivingUp first = givingUp.remove();
        try {
            first.machineLast().run();
        } finally {
            machine.left();
            GivingUp next = givingUp.peek();
            if (next != null) {
                machine.giveUp(next.occasion(), loop.nanoTime());
            }
            decide();
            released.by(first.done());
            if (!machine.isLettingGo()) {
                released.happened(); // Otherwise no one could give up after a failure.
            }
        }
    }

    /** Says that another master was heard. */
    public void succeeded() {
        if (machine.isHandingOver()) {
            machine.succeeded(loop.nanoTime());
            decide();
        }
    }

    /** Completes on the loop when the addresses of this mastership are bound; fails if that never happens. */
    public CompletableFuture<Void> whenBound() {
        return bound;
    }

    /** Whether the addresses are bound, as far as we know. */
    public boolean isBound() {
        return machine.isBound();
    }

    /** Tells the link again that this node has the addresses, in a whole series. */
    public void announce() {
        machine.announce(loop.nanoTime());
        decide();
    }

    /** Checks whether the addresses could be bound. */
    public void look() {
        machine.look();
        decide();
    }

    /** An edit of the addresses. */
    public void update(Addresses edited) {
        machine.update(edited);
        decide();
    }

    /** Forgets the addresses when all is done; the result completes then. */
    public CompletableFuture<Void> forget() {
        machine.forget();
        decide();
        return forgotten;
    }

    /** Completes when consumers and scripts have been told of all that has happened. Any thread may call. */
    public CompletableFuture<Void> whenTold() {
        CompletableFuture<Void> all = new CompletableFuture<>();
        onLoop(() -> {
            told.by(all);
            decide();
        });
        return all;
    }

    private void decide() {
        machine.hooks(consumers.hasHooks()); // A hook may have come while the before script ran.
        Decision decision = machine.decide(loop.nanoTime());
        workers.start(decision, !loopIsGone);
        for (Saying saying : decision.say()) {
            if (saying instanceof Saying.Event event) {
                outcome.event(event);
            } else if (saying instanceof Saying.Overran) {
                overran(); // This comes before another consumer is called.
            } else {
                onLoop(() -> say(saying)); // It may change the state, but not within this call.
            }
        }
        if (!loopIsGone) {
            wakeAt(decision.deadline());
        }
        if (decision.idle()) {
            told.happened();
        }
    }

    private void wakeAt(long deadline) {
        if (deadline == Decision.NEVER) {
            timer.cancel();
        } else {
            timer.at(deadline);
        }
    }

    private void overran() {
        VirtualHost host = present;
        if (host != null) {
            consumers.overran(host);
        }
    }

    private void say(Saying saying) {
        if (saying instanceof Saying.Leave) {
            leave();
        } else if (saying instanceof Saying.Bound now && machine.isPresent(now.mastership())) {
            bound.complete(null);
        } else if (saying instanceof Saying.BindFailed failed && machine.isPresent(failed.mastership())) {
            addresses.bindFailed(failed.why());
        } else if (saying instanceof Saying.BeforeFailed failed && machine.isPresent(failed.mastership())) {
            outcome.beforeFailed(failed.why());
        } else if (saying instanceof Saying.Overruled overruled) {
            outcome.warn("an action before mastership failed; serving in spite of it: " + overruled.why());
        } else if (saying instanceof Saying.Overdue overdue) {
            giveUpWaitingFor(overdue.deed());
        } else if (saying instanceof Saying.ScriptsLate) {
            outcome.warn("down scripts did not end within hookTimeout; releasing the addresses now");
        } else if (saying instanceof Saying.Released) {
            released.happened();
        } else if (saying instanceof Saying.Ready) {
            addresses.free();
        } else if (saying instanceof Saying.Updated updated) {
            addresses.updated(updated.addresses());
        } else if (saying instanceof Saying.Unavailable unavailable) {
            addresses.unavailable(unavailable.why());
        } else if (saying instanceof Saying.Forgotten) {
            forgotten.complete(null);
        }
    }

    private void giveUpWaitingFor(Deed deed) {
        if (machine.isDoing(deed) && stuck.giveUp(deed)) {
            machine.abandon();
            decide();
        }
    }

    /** On the loop. When that is gone, here and now: then the workers are the only ones left to report anything. */
    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            synchronized (machine) {
                loopIsGone = true;
                task.run();
            }
        }
    }

    private void reported(Deed deed, @Nullable Throwable failure) {
        onLoop(() -> {
            machine.hooks(consumers.hasHooks());
            machine.report(deed, failure, loop.nanoTime());
            workers.cameBack(deed);
            stuck.cameBack(deed);
            decide();
        });
    }

    private static CompletableFuture<Void> notMaster() {
        return CompletableFuture.failedFuture(new RequestRefusedException(Refusal.LOST, "this node is not MASTER"));
    }
}
