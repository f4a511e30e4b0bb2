// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has its say between the promotion and the addresses: the before script, then the hooks. It ends in one answer, to bind or not to, which
 * counts only if the term has not been answered otherwise meanwhile. Methods are called on the loop and return at once.
 */
final class BeforeBinding {
    private static final Logger LOG = LoggerFactory.getLogger(BeforeBinding.class);

    /** The answer, on any thread. */
    interface Answer {
        void bind(Term t);

        void refuse(Term t, Throwable why);
    }

    private final Loop loop;
    private final Lane consumerLane;
    private final Consumers consumers;
    private final Actions actions;
    private final Answer answer;
    private long hookTimeoutNanos;
    private volatile boolean bindInSpiteOfFailure;

    BeforeBinding(Loop loop, Lane consumerLane, Consumers consumers, Actions actions, Answer answer) {
        this.loop = loop;
        this.consumerLane = consumerLane;
        this.consumers = consumers;
        this.actions = actions;
        this.answer = answer;
    }

    void configure(long hookTimeoutNanos, boolean bindInSpiteOfFailure) {
        this.hookTimeoutNanos = hookTimeoutNanos;
        this.bindInSpiteOfFailure = bindInSpiteOfFailure;
    }

    /** Asks for a term that has just begun. */
    void of(Term t) {
        CompletableFuture<Void> script = actions.before(t.host, () -> !t.ended);
        if (script.isDone()) {
            askHooks(t);
        } else {
            script.whenComplete((done, failure) -> loop.execute(() -> scriptAnswered(t, failure)));
        }
    }

    private void scriptAnswered(Term t, @Nullable Throwable failure) {
        if (!t.ended && (failure == null || serves(t, failure))) {
            askHooks(t);
        }
    }

    private void askHooks(Term t) {
        if (!consumers.hasHooks()) {
            bindOnce(t);
            return;
        }
        CompletableFuture<Void> hooks = consumerLane.execute(() -> acquire(t));
        t.acquiring = hooks;
        Cancellable timer = loop.at(loop.nanoTime() + hookTimeoutNanos, () -> hooksOverran(t, hooks));
        hooks.whenComplete((done, failure) -> loop.execute(timer::cancel));
    }

    private void acquire(Term t) {
        if (t.ended) {
            return;
        }
        t.knownToConsumers = true;
        try {
            consumers.acquiring(t.host);
        } catch (Exception | Error e) { // A bundle that lacks a class throws an error.
            if (!serves(t, e)) {
                return;
            }
        }
        bindOnce(t);
    }

    /** Whether to serve though this failed. */
    private boolean serves(Term t, Throwable failure) {
        if (!bindInSpiteOfFailure && t.bindDecided.compareAndSet(false, true)) {
            answer.refuse(t, failure);
            return false;
        }
        LOG.warn("carp: {}: an action before mastership failed; serving in spite of it", t.host.name(), failure);
        return true;
    }

    /** Also when the term has ended: nobody else would stop the hook. */
    private void hooksOverran(Term t, CompletableFuture<Void> hooks) {
        if (!hooks.isDone()) {
            boolean late = t.bindDecided.compareAndSet(false, true);
            consumers.overran(t.host);
            if (late && !t.ended) {
                answer.bind(t);
            }
        }
    }

    private void bindOnce(Term t) {
        if (t.bindDecided.compareAndSet(false, true)) {
            answer.bind(t);
        }
    }
}
