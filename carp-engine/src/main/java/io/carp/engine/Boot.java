// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.spi.Loop;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Whether the container has booted. Until then this node is demoted, so that a restarted preempting master does not
 * take the address half-started. Any thread.
 *
 * <p>Two things say so, and both are needed. On a first start Karaf installs its boot features when the framework has
 * come up already, and registers {@code BootFinished} in the end. On a later start it registers that first of all, and
 * the bundles, those of the user last, come up while the start level rises to where the framework is meant to be. Karaf
 * is known by names only: the engine runs where there is none.
 *
 * <p>A boot that does not end is said after some minutes. The demotion stays: whoever is half-started should not be
 * preferred to one that is whole, and where all are so, all are worth the same.
 */
final class Boot implements FrameworkListener, ServiceTrackerCustomizer<Object, Object> {
    private static final String BOOT_FINISHED = "org.apache.karaf.features.BootFinished";
    private static final String WHO_REGISTERS_IT = "org.apache.karaf.features.core";

    /** The slowest boots that end, with many features from a slow disk, take less. */
    static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    static final String FINDING = "boot";

    private final BundleContext context;
    private final Loop loop;
    private final Executor workers;
    private final Consumer<Boolean> booting;
    private final NodeFindings findings;
    private final ServiceTracker<Object, Object> tracker;
    private volatile boolean awaited;
    private volatile boolean featuresAreUp;

    Boot(BundleContext context, Loop loop, Executor workers, NodeFindings findings, Consumer<Boolean> booting) {
        this.context = context;
        this.loop = loop;
        this.workers = workers;
        this.findings = findings;
        this.booting = booting;
        this.tracker = new ServiceTracker<>(context, BOOT_FINISHED, this);
    }

    void open() {
        featuresAreUp = !isKaraf() || context.getServiceReference(BOOT_FINISHED) != null;
        if (isOver()) {
            return; // Long ago: no demotion for a moment.
        }
        awaited = true;
        booting.accept(true);
        context.addFrameworkListener(this);
        tracker.open();
        check();
        loop.execute(() -> loop.at(loop.nanoTime() + PATIENCE_NANOS, () -> workers.execute(this::overdue)));
    }

    /** Whether the container is still booting. */
    boolean isAwaited() {
        return awaited;
    }

    void close() {
        context.removeFrameworkListener(this);
        tracker.close();
        over();
    }

    private void check() {
        if (awaited && isOver()) {
            over();
            booting.accept(false);
        }
    }

    private synchronized void over() {
        awaited = false;
        findings.settled(FINDING);
    }

    private synchronized void overdue() {
        if (awaited) {
            findings.doubt(
                    FINDING,
                    whatIsMissing() + "; until then this node is worth less by bootDemotion:"
                            + " bootDemotion = 0 in etc/carp.engine.cfg overrules that at once");
        }
    }

    private String whatIsMissing() {
        long minutes = TimeUnit.NANOSECONDS.toMinutes(PATIENCE_NANOS);
        return featuresAreUp
                ? "the container has not booted after " + minutes + " minutes: its start level is " + startLevel()
                        + " of " + wantedStartLevel() + ", so perhaps a bundle that starts does not return: see"
                        + " bundle:list and the stack of the thread FelixStartLevel"
                : "the container has not booted after " + minutes + " minutes: Karaf has not installed all its boot"
                        + " features: see \"Error installing boot features\" in data/log/karaf.log, correct"
                        + " featuresBoot or featuresRepositories in etc/org.apache.karaf.features.cfg, restart";
    }

    private boolean isOver() {
        return featuresAreUp && startLevel() >= wantedStartLevel();
    }

    private boolean isKaraf() {
        for (var bundle : context.getBundles()) {
            if (WHO_REGISTERS_IT.equals(bundle.getSymbolicName())) {
                return true;
            }
        }
        return false;
    }

    private int startLevel() {
        return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkStartLevel.class)
                .getStartLevel();
    }

    /**
     * Where the start level rises to; 1, the framework's own default, if nobody says. Karaf starts the framework at 1
     * and raises it itself: what was configured is then left in the system property.
     */
    private int wantedStartLevel() {
        String wanted = System.getProperty(
                Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                context.getProperty(Constants.FRAMEWORK_BEGINNING_STARTLEVEL));
        return wanted == null || !wanted.strip().matches("[0-9]{1,9}") ? 1 : Integer.parseInt(wanted.strip());
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED || event.getType() == FrameworkEvent.STARTED) {
            check();
        }
    }

    @Override
    public Object addingService(ServiceReference<Object> reference) {
        featuresAreUp = true;
        check();
        return this;
    }

    @Override
    public void modifiedService(ServiceReference<Object> reference, @Nullable Object service) {
        // Nothing of it matters but that it is there.
    }

    @Override
    public void removedService(ServiceReference<Object> reference, @Nullable Object service) {
        // Once booted is booted: features being refreshed is no reason to demote a node.
    }
}
