// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;

import io.carp.CarpState;
import io.carp.VirtualHost;
import io.carp.engine.ScriptProgress.News;
import io.carp.script.Occasion;
import io.carp.script.ScriptCall;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the scripts of one virtual host, one after the other, on a lane of its own: nobody but the next script waits for
 * one. It follows the states instead of queueing them: when a script has ended, what comes next is for the state the
 * virtual host is in by then ({@link ScriptProgress}).
 */
final class Actions {
    private static final CompletableFuture<Void> NOTHING = CompletableFuture.completedFuture(null);

    private final Loop loop;
    private final Lane addresses;
    private final Lane lane;
    private final ScriptCare care;
    private final boolean binderRunsScripts;
    private volatile VirtualHostConfig config;

    /** What is asked of a before script, and where the answer goes. */
    private record Question(ScriptCall call, CompletableFuture<Void> answer, BooleanSupplier wanted) {}

    /** Guarded by this, as all down to {@link #following}: waits for its turn on the address lane. */
    private @Nullable Occasion heard;

    /** As {@link #heard}. */
    private @Nullable Question question;

    private @Nullable CompletableFuture<Void> arriving;

    private long number;

    private @Nullable News latest;

    private @Nullable Question asked;

    /** The latest that is not MASTER. */
    private @Nullable News ending;

    private @Nullable CompletableFuture<Void> following;

    /** Scripts lane only. */
    private final ScriptProgress progress;

    /**
     * @param addresses the address lane: a state is followed behind what is done there for it
     * @param binderRunsScripts up and down are the binder's
     */
    Actions(Node node, Lane addresses, ScriptCare care, boolean binderRunsScripts, VirtualHostConfig config) {
        this.loop = node.loop();
        this.addresses = addresses;
        this.lane = new Lane(node.lanes());
        this.care = care;
        this.binderRunsScripts = binderRunsScripts;
        this.config = config;
        this.progress = new ScriptProgress(care, () -> this.config, binderRunsScripts, this::isLatest);
    }

    /** Looks at the scripts. Loop thread. */
    void open() {
        Scripts scripts = config.scripts();
        if (!scripts.isEmpty()) {
            lane.execute(() -> {
                care.warmUp();
                care.check(Map.of(), scripts.paths());
            });
        }
    }

    /** An edit: holds from the next run. Addresses that come and go under a master get their scripts. Loop thread. */
    void configure(VirtualHostConfig edited) {
        Scripts before = config.scripts();
        Scripts after = edited.scripts();
        config = edited;
        if (!before.equals(after)) {
            boolean first = before.isEmpty();
            lane.execute(() -> {
                care.check(before.paths(), after.paths());
                if (first) {
                    adopt();
                }
            });
        }
        afterAddresses();
    }

    /** The present state is the one that the first scripts begin with. */
    private void adopt() {
        News present;
        synchronized (this) {
            present = latest;
        }
        if (present != null) {
            progress.adopt(present);
        }
    }

    /** It went into this state, whose addresses are bound or released by then. Loop thread. */
    synchronized void changed(VirtualHost host) {
        heard = occasion(host);
        afterAddresses();
    }

    /** It is MASTER, and has its addresses. Address lane. */
    void serving(VirtualHost host) {
        post(occasion(host), false);
    }

    /**
     * We are about to give up. Any thread.
     *
     * @return completes when the down scripts have been run
     */
    synchronized CompletableFuture<Void> leaving(Occasion occasion) {
        boolean nothing = binderRunsScripts || config.scripts().down() == null || latest == null || !latest.isMaster();
        return nothing ? NOTHING : post(occasion, true);
    }

    /**
     * Promoted, and not bound yet: asks the before script, behind all that is under way. Loop thread.
     *
     * @param wanted whether that still matters when it comes to its turn
     * @return fails, with a sentence, if the script does, or does not answer within its time
     */
    CompletableFuture<Void> before(VirtualHost host, BooleanSupplier wanted) {
        Scripts scripts = config.scripts();
        String script = scripts.before();
        if (script == null) {
            return NOTHING;
        }
        ScriptCall call = ScriptCall.ofState(script, occasion(host), scripts.timeoutMillis());
        CompletableFuture<Void> answer = new CompletableFuture<>();
        Cancellable timer = loop.at(
                loop.nanoTime() + scripts.timeoutNanos(),
                () -> answer.completeExceptionally(new IOException("beforeScript = " + script + " did not end within "
                        + scripts.timeoutMillis() / 1000 + " s (scriptTimeout)")));
        answer.whenComplete((done, failure) -> loop.execute(timer::cancel));
        synchronized (this) {
            question = new Question(call, answer, wanted); // That of an earlier term is no longer wanted.
            afterAddresses();
        }
        return answer;
    }

    /** How long {@link #before} may take, in nanoseconds. */
    long patienceNanos() {
        return config.scripts().before() == null ? 0 : config.scripts().timeoutNanos();
    }

    /** Completes when all scripts of all that has happened have been run. Any thread. */
    CompletableFuture<Void> whenIdle() {
        return addresses.execute(() -> {}).thenCompose(posted -> lane.execute(() -> {}));
    }

    static Occasion occasion(VirtualHost host) {
        CarpState previous =
                host.transitions().isEmpty() ? INIT : host.transitions().get(0).from();
        return new Occasion(host.name(), host.vhid(), host.networkInterface(), previous, host.state(), host.reason());
    }

    /** One turn for all that happens until then: a hanging binder makes no backlog. */
    private synchronized void afterAddresses() {
        CompletableFuture<Void> turn = arriving;
        if (config.scripts().isEmpty()) {
            arrive(); // Nobody is told, and a thousand virtual hosts do not need a thousand threads for it.
        } else if (turn == null || turn.isDone()) {
            arriving = addresses.execute(this::arrive);
        }
    }

    private synchronized void arrive() {
        arriving = null; // Another that still waits for its turn finds nothing.
        if (heard != null) {
            post(heard, false);
            heard = null;
        }
        if (question != null) {
            asked = question;
            question = null;
        }
        follow();
    }

    private synchronized CompletableFuture<Void> post(Occasion occasion, boolean silent) {
        boolean start = latest == null && occasion.state() == BACKUP;
        if (start && config.start().neutral()) {
            lane.execute(progress::leaveAsFound);
            return NOTHING;
        }
        News news = new News(++number, occasion, silent);
        latest = news;
        ending = news.isMaster() ? ending : news;
        return follow();
    }

    /** One turn for all that is new by then. */
    private synchronized CompletableFuture<Void> follow() {
        CompletableFuture<Void> turn = following;
        if (config.scripts().isEmpty()) {
            return NOTHING;
        }
        if (turn == null || turn.isDone()) {
            turn = lane.execute(this::catchUp);
            following = turn;
        }
        return turn;
    }

    private void catchUp() {
        News now;
        News end;
        Question toAsk;
        synchronized (this) {
            following = null;
            now = latest;
            end = ending;
            toAsk = asked;
            asked = null;
        }
        if (now != null) {
            progress.follow(now, end);
        }
        if (toAsk != null) {
            ask(toAsk); // For the mastership to come, so when the state of before has been told.
        }
    }

    private synchronized boolean isLatest(News news) {
        return news.equals(latest);
    }

    private void ask(Question question) {
        if (question.answer().isDone() || !question.wanted().getAsBoolean()) {
            question.answer().complete(null);
            return;
        }
        String failure = care.run(Scripts.BEFORE, question.call());
        if (failure == null) {
            question.answer().complete(null);
        } else {
            question.answer()
                    .completeExceptionally(new IOException("beforeScript = " + question.call() + ": " + failure));
        }
    }
}
