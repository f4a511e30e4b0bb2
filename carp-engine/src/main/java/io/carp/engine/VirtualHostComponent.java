// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.config.ConfigurationSource;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.host.NodeServices;
import io.carp.host.VirtualHostRunner;
import io.carp.spi.AddressBinder;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host: one {@code etc/carp.vhost-<name>.cfg}. Checks each edit and runs the last good one.
 *
 * <p>Nothing here ever fails because of a setting; the virtual host waits for the file to be corrected. {@link
 * ConfiguredHost} takes this down before the transport or the binder goes.
 */
final class VirtualHostComponent {
    /** Waited for twice: for the addresses beyond hookTimeout, and for the loop to end without them. */
    private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How soon a passFile that was not there is looked for again. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final CarpEngineComponent engine;
    private final Loop loop;
    private final Transport transport;
    private final AddressBinder binder;
    private final ConfigurationSource source;
    private final Instant created = Instant.now();

    private Map<String, Object> properties;
    private boolean edited;
    private boolean triesAgain;
    private boolean stopped;
    private @Nullable VirtualHostRunner last;

    /** Completes when all addresses that we had are released. */
    private CompletableFuture<?> released = CompletableFuture.completedFuture(null);

    /** Completes when the consumers, too, have been told of the end of the last runner. */
    private CompletableFuture<?> told = CompletableFuture.completedFuture(null);

    private volatile @Nullable VirtualHostRunner runner;
    private volatile @Nullable String error;

    /** Starts the virtual host, or notes why it cannot be started. */
    VirtualHostComponent(
            CarpEngineComponent engine,
            Loop loop,
            Transport transport,
            AddressBinder binder,
            Map<String, Object> properties) {
        this.engine = engine;
        this.loop = loop;
        this.transport = transport;
        this.binder = binder;
        this.properties = properties;
        this.source = new ConfigurationSource(properties);
        refresh();
    }

    /** The file has changed. */
    void modified(Map<String, Object> properties) {
        synchronized (this) {
            this.properties = properties;
            this.edited = true;
        }
        refresh();
    }

    /**
     * Applies the configuration anew: after an edit of it or of the defaults, or when what stood in its way is gone.
     */
    void refresh() {
        if (apply()) {
            engine.hosts().retryRefused();
        }
    }

    /** Applies the configuration. Returns whether another virtual host may have what we had until now. */
    private synchronized boolean apply() {
        if (stopped) {
            return false;
        }
        VirtualHostComponent namesake = engine.hosts().add(name(), this);
        if (namesake != null) {
            refuse("the name " + name() + " is taken by " + namesake.source.file() + ": rename one of the two");
            return false;
        }
        try {
            source.check(properties);
            var config = VirtualHostConfig.parse(name(), properties, engine.defaults(), CarpEngineComponent.base());
            try {
                return apply(config);
            } catch (ConfigurationRefused | RuntimeException e) {
                config.digest().wipe(); // No runner has it.
                throw e;
            }
        } catch (ConfigurationRefused e) {
            refuse(String.valueOf(e.getMessage()));
            if (e.mayPass()) {
                tryAgainLater();
            }
        } catch (RuntimeException e) { // If this were thrown, nothing would try again.
            refuse("it cannot be applied: " + e);
        }
        return false;
    }

    /**
     * Tries again later. What stands in the way is no part of the configuration, so nothing would tell us that it is
     * gone.
     */
    private void tryAgainLater() {
        if (!triesAgain) {
            triesAgain = true;
            loop.execute(() -> loop.at(loop.nanoTime() + AGAIN_NANOS, () -> engine.offLoop(this::tryAgain)));
        }
    }

    private void tryAgain() {
        synchronized (this) {
            triesAgain = false;
            if (error == null) {
                return; // An edit was quicker.
            }
        }
        refresh();
    }

    private boolean apply(VirtualHostConfig config) throws ConfigurationRefused {
        EditCheck.check(transport, config.deliveries());
        VirtualHostRunner present = runner;
        if (present != null && present.config().isSameHostAs(config)) {
            error = null;
            loop.execute(() -> present.reconfigure(config));
            return false;
        }
        VirtualHostComponent owner = engine.hosts().claim(config.subsystem(), this);
        if (owner != null) {
            throw EditCheck.taken(config, owner);
        }
        VirtualHostRunner next;
        try {
            NodeServices node = engine.node();
            long clockAtZero = node.wallClock().millis()
                    - TimeUnit.NANOSECONDS.toMillis(node.loop().nanoTime());
            next = new VirtualHostRunner(
                    node, source.file(), transport, binder, engine.consumers(name()), config, clockAtZero);
        } catch (RuntimeException e) {
            if (present == null || !present.config().subsystem().equals(config.subsystem())) {
                engine.hosts().unclaim(config.subsystem(), this, CompletableFuture.completedFuture(null));
            }
            throw e;
        }
        error = null;
        giveUp(config.subsystem());
        runner = next;
        CompletableFuture.allOf(released, engine.hosts().releaseOf(config.subsystem()))
                .whenComplete((done, failure) -> loop.execute(next::open));
        engine.tellDemotions(this);
        return present != null;
    }

    /** The file has changed, but cannot even be tried. */
    synchronized void refuseEdit(String why) {
        edited = true;
        refuse(why);
    }

    private void refuse(String why) {
        String sentence = source.file() + ": " + why;
        boolean known = sentence.equals(error) && !edited;
        edited = false;
        error = sentence;
        if (!known) {
            engine.notices()
                    .error("carp: " + sentence
                            + (runner == null
                                    ? "; the virtual host does not run"
                                    : "; the settings of before go on running"));
        }
    }

    /** The container stops: begins to end in good order, for good. */
    synchronized void stop() {
        stopped = true;
        giveUp("");
    }

    /** Begins to end in good order, for a successor there or none; does nothing when nothing runs. */
    private void giveUp(String successor) {
        VirtualHostRunner present = runner;
        if (present == null) {
            return;
        }
        runner = null;
        last = present;
        CompletableFuture<Void> done = CompletableFuture.supplyAsync(present::close, loop::execute)
                .thenCompose(closed -> closed)
                .exceptionally(failure -> null);
        told = done.thenCompose(closed -> present.whenTold());
        released = CompletableFuture.allOf(released, done);
        String subsystem = present.config().subsystem();
        if (subsystem.equals(successor)) {
            engine.hosts().keep(subsystem, this, done);
        } else {
            engine.hosts().unclaim(subsystem, this, done);
        }
    }

    /** Waits for the end, but no longer than consumers may delay it and a second; then ends regardless. */
    void deactivate() {
        VirtualHostRunner ending;
        CompletableFuture<?> end;
        synchronized (this) {
            stop();
            ending = last;
            end = CompletableFuture.allOf(released, told);
        }
        engine.hosts().remove(name(), this);
        engine.hosts().retryRefused();
        if (ending == null) {
            return;
        }
        if (loop.inLoop()) { // The loop would wait for itself here.
            ending.end();
            return;
        }
        try {
            end.get(ending.config().hookTimeoutNanos() + MARGIN_NANOS, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            endRegardless(ending);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            loop.execute(ending::end);
        }
    }

    private void endRegardless(VirtualHostRunner ending) {
        engine.notices()
                .error("carp: " + ending.config().subsystem()
                        + ": consumers, scripts or addresses did not let go in time; ending without them");
        // The transport may go next, so the bow-out has to leave before.
        CompletableFuture.runAsync(ending::end, loop::execute)
                .completeOnTimeout(null, MARGIN_NANOS, TimeUnit.NANOSECONDS)
                .join();
    }

    String name() {
        return source.name();
    }

    /** Where its configuration comes from, for a person. */
    String file() {
        return source.file();
    }

    @Nullable
    VirtualHostRunner runner() {
        return runner;
    }

    /** The virtual host as it is now. Any thread but the loop's may call, since the loop is asked. */
    VirtualHostView snapshot() {
        VirtualHostRunner present = runner;
        String refused = error;
        if (present == null) {
            return refused == null
                    ? VirtualHostView.absent(name(), Reason.STOPPED, "stopping", created)
                    : VirtualHostView.absent(name(), Reason.CONFIGURATION, refused, created)
                            .withConfigurationError(Optional.of(refused));
        }
        VirtualHostView silent = VirtualHostView.absent(name(), Reason.STARTING, "the loop does not answer", created);
        VirtualHostView view = loop.inLoop()
                ? present.snapshot()
                : engine.isLoopSilent()
                        ? silent
                        : CompletableFuture.supplyAsync(present::snapshot, loop::execute)
                                .completeOnTimeout(silent, 2, TimeUnit.SECONDS)
                                .join();
        return view.withConfigurationError(Optional.ofNullable(refused));
    }
}
