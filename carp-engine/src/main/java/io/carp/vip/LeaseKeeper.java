// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.NetlinkMonitor;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread {@code carp-lease}: renews the leases and hears of changes, for as long as something is bound. */
final class LeaseKeeper extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final NetlinkBinder binder;
    private final NetlinkMonitor monitor;
    private final Changes changes = new Changes();
    private boolean failed;

    /** Owns the monitor from now on. */
    LeaseKeeper(NetlinkBinder binder, NetlinkMonitor monitor) {
        super("carp-lease");
        this.binder = binder;
        this.monitor = monitor;
        monitor.ignoreAdded(Round.IFA_PROTO_CARP);
    }

    /** Instead of starting it. */
    void discard() {
        monitor.close();
    }

    @Override
    public void run() {
        try (monitor) {
            while (binder.awaitBound()) {
                monitor.await(binder.tickMillis());
                tend();
            }
        } catch (InterruptedException e) {
            LOG.debug("carp-lease was interrupted", e);
        }
    }

    private void tend() {
        try {
            monitor.read(changes);
            binder.tend(changes);
            changes.clear();
            failed = false;
        } catch (IOException | RuntimeException e) {
            // Tried again at the next tick, with the changes still to be looked at; one line until it works.
            if (!failed && !binder.isClosed()) {
                failed = true;
                LOG.warn("carp: cannot renew the addresses: {}", e.getMessage(), e);
            }
        }
    }
}
