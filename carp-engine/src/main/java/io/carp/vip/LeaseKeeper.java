// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.NetlinkMonitor;
import io.carp.linux.RealTime;
import io.carp.linux.SystemCallException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread {@code carp-lease}: renews the leases and hears of changes, for as long as something is bound, and looks
 * after the gates. Nothing that is thrown ends it, for the kernel would drop every address of the node soon after; an
 * interrupt does. {@link LeaseThread} replaces it then.
 */
final class LeaseKeeper extends Thread {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How to listen to the kernel, in the network namespace of the calling thread. */
    interface Ears {
        /** @param ignoredPortId whose doings are not told */
        NetlinkMonitor open(int ignoredPortId) throws SystemCallException;
    }

    private final NetlinkBinder binder;
    private final Ears ears;
    private final LeaseThread place;
    /** And nobody has been told yet. */
    private boolean replaces;

    private final ConflictWatch conflicts;
    private boolean conflictsFailed;
    private final KernelNews changes = new KernelNews();
    private @Nullable NetlinkMonitor monitor;
    private boolean failed;
    private boolean deaf;
    /** That of the loop, which is of no use where the leases run out. */
    private int priority;

    /**
     * @param place told how it goes
     * @param replaces whether there was another one before, which has died
     */
    LeaseKeeper(NetlinkBinder binder, Ears ears, LeaseThread place, boolean replaces) {
        super("carp-lease");
        this.binder = binder;
        this.ears = ears;
        this.place = place;
        this.replaces = replaces;
        this.conflicts = new ConflictWatch(binder.announcer(), binder.nanoTime());
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            try {
                sayThatItReplaces();
                more = tendUntilTheEnd();
            } catch (Throwable e) {
                // Not even what reports failures may end it: without memory that fails, too.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        stopListening();
        conflicts.close();
    }

    private void sayThatItReplaces() {
        if (replaces) {
            replaces = false;
            LOG.warn("carp: the thread carp-lease had ended; another one goes on");
        }
    }

    /** Returns false when the end has come. */
    private boolean tendUntilTheEnd() {
        try {
            boolean more = true;
            while (more) {
                place.seen(false);
                priority = RealTime.follow(priority);
                if (binder.isAnyBound()) {
                    // First of all, and whatever becomes of the listening: who does not hear may still renew.
                    renew();
                    binder.gates.look();
                    listen();
                    lookForConflicts();
                } else {
                    lookForConflicts(); // Which are over.
                    place.seen(true);
                    more = binder.awaitBound();
                    binder.gates.look();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("carp-lease was interrupted", e);
        }
        return false;
    }

    private void renew() {
        try {
            binder.tend(changes);
            changes.clear();
            failed = false;
            place.trouble("");
        } catch (Throwable e) {
            // Tried again at the next tick, with the changes still to be looked at; one line until it works.
            place.trouble("the thread carp-lease cannot renew it: " + e.getMessage());
            if (!failed && !binder.isClosed()) {
                failed = true;
                LOG.warn("carp: cannot renew the addresses: {}", e.getMessage(), e);
            }
        }
    }

    /** Waits for changes, at most until the next renewal may be due. */
    private void listen() throws InterruptedException {
        int millis = binder.tickMillis();
        try {
            var open = monitor;
            if (open == null) {
                open = ears.open(binder.portId());
                monitor = open;
                open.ignoreAdded(AddressMessage.PROTO_CARP);
                changes.overrun(); // What happened before nobody has heard.
            }
            if (open.await(millis) && !open.read(changes)) {
                throw new IOException("the kernel tells of something that it does not show");
            }
            deaf = false;
        } catch (Throwable e) {
            stopListening();
            changes.overrun();
            if (!deaf) {
                deaf = true;
                LOG.warn("carp: changes of addresses are not heard and looked for instead: {}", e.getMessage(), e);
            }
            // Not at once: a descriptor that is always in error would be read again and again.
            TimeUnit.MILLISECONDS.sleep(millis);
        }
    }

    private void lookForConflicts() {
        try {
            conflicts.look(binder.openBindings(), binder.nanoTime());
            conflictsFailed = false;
        } catch (RuntimeException | Error e) {
            // The leases come first: one line, and again with the next look.
            if (!conflictsFailed) {
                conflictsFailed = true;
                LOG.warn("carp: cannot look whether another machine has an address of ours", e);
            }
        }
    }

    private void stopListening() {
        if (monitor != null) {
            monitor.close();
            monitor = null;
        }
    }
}
