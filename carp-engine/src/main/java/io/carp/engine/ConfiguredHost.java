// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.config.ConfigurationRefused;
import io.carp.config.ConfigurationSource;
import io.carp.spi.AddressBinder;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * One configuration of a virtual host. The virtual host runs while the transport and the binder that it names are
 * there, and ends before one of them goes. What may have to wait is done on a lane of its own, in the order of the
 * edits.
 */
final class ConfiguredHost {
    /**
     * How long a plug-in in a bundle of its own may come later than the cfg file, before the log says that it is
     * missing.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final CarpEngineComponent engine;
    private final Loop loop;
    private final Lane lane;
    private final PlugIn<Transport> transport;
    private final PlugIn<AddressBinder> binder;

    /** The settings; null after the file was deleted. */
    private volatile @Nullable Map<String, Object> settings;

    private boolean closed;
    private volatile @Nullable VirtualHostComponent running;

    ConfiguredHost(BundleContext context, CarpEngineComponent engine, Loop loop, Executor workers) {
        this.engine = engine;
        this.loop = loop;
        this.lane = new Lane(loop, workers, engine.notices()::error);
        this.transport = PlugIn.transport(context);
        this.binder = PlugIn.binder(context);
    }

    /** Takes the settings of a file that is new or has changed; null if it was deleted. Returns at once. */
    void edit(@Nullable Map<String, Object> edited) {
        lane.execute(() -> apply(edited));
    }

    /** The present settings, if this is the virtual host with that name; null if not, or if its file was deleted. */
    @Nullable
    Map<String, Object> settingsOf(String name) {
        Map<String, Object> now = settings;
        return now != null && new ConfigurationSource(now).name().equals(name) ? now : null;
    }

    /** Says that a transport or binder has come, or has other properties now. Returns at once. */
    void plugInsChanged() {
        lane.execute(() -> look(false));
    }

    private synchronized void apply(@Nullable Map<String, Object> edited) {
        settings = edited;
        if (edited == null) {
            end();
        } else {
            look(true);
        }
    }

    private synchronized void look(boolean edited) {
        Map<String, Object> wanted = settings;
        if (closed || wanted == null) {
            return;
        }
        VirtualHostComponent present = running;
        try {
            ServiceReference<Transport> nextTransport = transport.choose(wanted);
            ServiceReference<AddressBinder> nextBinder = binder.choose(wanted);
            if (present == null || !transport.isBound(nextTransport) || !binder.isBound(nextBinder)) {
                end();
                start(nextTransport, nextBinder, wanted);
            } else if (edited) {
                present.modified(wanted);
            }
        } catch (ConfigurationRefused e) {
            if (edited && present != null) {
                present.refuseEdit(String.valueOf(e.getMessage()));
            } else if (edited) {
                sayLaterWhatIsMissing(wanted);
            }
        }
    }

    private void start(
            ServiceReference<Transport> byTransport, ServiceReference<AddressBinder> byBinder, Map<String, Object> by) {
        Transport boundTransport = transport.bind(byTransport);
        AddressBinder boundBinder = binder.bind(byBinder);
        if (boundTransport == null || boundBinder == null) {
            end(); // A plug-in has gone at this moment. When another comes, we are told.
            sayLaterWhatIsMissing(by);
        } else {
            running = new VirtualHostComponent(engine, loop, boundTransport, boundBinder, by);
        }
    }

    private void sayLaterWhatIsMissing(Map<String, Object> wanted) {
        loop.execute(
                () -> loop.at(loop.nanoTime() + PATIENCE_NANOS, () -> engine.offLoop(() -> sayWhatIsMissing(wanted))));
    }

    /** Says what this edit waits for, if it is still the latest one and does not run. */
    private synchronized void sayWhatIsMissing(Map<String, Object> wanted) {
        if (closed || settings != wanted || running != null) {
            return;
        }
        if (engine.isBooting()) {
            sayLaterWhatIsMissing(wanted);
            return;
        }
        sayIfMissing(transport, wanted);
        sayIfMissing(binder, wanted);
    }

    private void sayIfMissing(PlugIn<?> plugIn, Map<String, Object> wanted) {
        try {
            plugIn.choose(wanted);
        } catch (ConfigurationRefused e) {
            engine.notices()
                    .error("carp: " + new ConfigurationSource(wanted).file() + ": " + e.getMessage()
                            + "; the virtual host waits for it");
        }
    }

    /** Begins to end in good order, for good. Does not wait. */
    void stop() {
        VirtualHostComponent present = running;
        if (present != null) {
            present.stop();
        }
    }

    /** Whether it uses the service. */
    synchronized boolean uses(ServiceReference<?> plugIn) {
        return transport.isBound(plugIn) || binder.isBound(plugIn);
    }

    /** Ends the use of a service that goes when this returns. */
    synchronized void withdraw(ServiceReference<?> plugIn) {
        Map<String, Object> wanted = settings;
        if (uses(plugIn) && wanted != null) {
            end();
            plugInsChanged(); // There may be another one.
            sayLaterWhatIsMissing(wanted);
        }
    }

    /** Ends it for good. */
    synchronized void close() {
        closed = true;
        end();
    }

    private void end() {
        VirtualHostComponent ending = running;
        running = null;
        if (ending != null) {
            ending.deactivate();
        }
        transport.release();
        binder.release();
    }
}
