// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.thread.OwnThread;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Makes every virtual host give up, all in parallel, as soon as the framework or the virtual machine begins to end.
 *
 * <p>When the framework stops, bundles installed after ours stop before ours, and may take their time; we would stay
 * MASTER in front of a dead application. When the virtual machine ends, Karaf stops its framework on SIGTERM, but not
 * on SIGINT and {@code System.exit}; the addresses would stay until their leases end.
 */
final class ContainerStop implements SynchronousBundleListener {
    private final BundleContext context;
    private final HostList hosts;
    private final Thread exit = OwnThread.of("carp-exit", this::exit);

    ContainerStop(BundleContext context, HostList hosts) {
        this.context = context;
        this.hosts = hosts;
    }

    void open() {
        context.addBundleListener(this);
        Runtime.getRuntime().addShutdownHook(exit);
    }

    void close() {
        context.removeBundleListener(this);
        try {
            Runtime.getRuntime().removeShutdownHook(exit);
        } catch (IllegalStateException e) {
            // The virtual machine is ending already, so the hook does no harm.
        }
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        boolean ours = event.getBundle().equals(context.getBundle())
                || event.getBundle().getBundleId() == Constants.SYSTEM_BUNDLE_ID;
        if (event.getType() == BundleEvent.STOPPING && ours) {
            hosts.all().forEach(VirtualHostComponent::stop);
        }
    }

    /** The virtual machine ends when this returns, so it waits for each as long as the end of a bundle would. */
    private void exit() {
        List<VirtualHostComponent> ending = hosts.all();
        ending.forEach(VirtualHostComponent::stop);
        CompletableFuture<?>[] ends = ending.stream()
                .map(host -> CompletableFuture.runAsync(host::deactivate, wait -> OwnThread.of("carp-exit-wait", wait)
                        .start()))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(ends).exceptionally(failure -> null).join();
    }
}
