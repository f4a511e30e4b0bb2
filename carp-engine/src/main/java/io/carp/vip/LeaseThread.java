// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.thread.OwnThread;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one thread that renews, whichever it is at the moment. Guarded by the lock of the binder, if not said otherwise. */
final class LeaseThread {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Whoever has something to look after looks at least once a second. */
    private static final long HELD_UP_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final NetlinkBinder binder;
    private final LeaseKeeper.Ears ears;
    private final Consumer<Thread> starter;
    private volatile @Nullable Thread thread;
    /** Why the leases may not be renewed; empty if nothing is known to be wrong. */
    private volatile String trouble = "";
    /** When the thread was last seen at work, by {@link NetlinkBinder#nanoTime}. */
    private volatile long seenAt;
    /** There is nothing to look after. */
    private volatile boolean idle;
    /** Not tried again before, by {@link NetlinkBinder#nanoTime}; meaningless while a thread is alive. */
    private long retryAt;

    /** @param starter starts a thread */
    LeaseThread(NetlinkBinder binder, LeaseKeeper.Ears ears, Consumer<Thread> starter) {
        this.binder = binder;
        this.ears = ears;
        this.starter = starter;
        this.retryAt = binder.nanoTime();
    }

    /** Any thread. */
    boolean isAlive() {
        Thread now = thread;
        return now != null && now.isAlive();
    }

    /**
     * Starts it, unless it is alive.
     *
     * @throws IOException if it cannot be started, or is held up: nothing may be bound that nobody renews
     */
    void require() throws IOException {
        long now = binder.nanoTime();
        if (isAlive()) {
            long since = now - seenAt;
            if (!idle && since > HELD_UP_NANOS) {
                throw new IOException("nobody would renew the lease of the virtual IPs: " + RenewalCheck.HELD_UP + " ("
                        + TimeUnit.NANOSECONDS.toSeconds(since) + " s)");
            }
            return;
        }
        seenAt = now;
        idle = false;
        boolean replacement = thread != null;
        try {
            Thread next = OwnThread.of(() -> new LeaseKeeper(binder, ears, this, replacement));
            starter.accept(next);
            // Not before: one that could not be started would be taken for one that is there.
            thread = next;
        } catch (OutOfMemoryError e) { // The JVM says so of threads, too, of which there may be too many.
            trouble = "the thread carp-lease cannot be started: " + e.getMessage();
            throw new IOException(trouble, e);
        }
    }

    /** Starts it if it has died; if that is in vain, again after a second. */
    void replace() {
        long now = binder.nanoTime();
        if (!isAlive() && now - retryAt >= 0) {
            retryAt = now + RETRY_NANOS;
            try {
                require();
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
            }
        }
    }

    /** What is wrong with it, or empty. Any thread. */
    String trouble() {
        return trouble;
    }

    /** Any thread. */
    void trouble(String what) {
        trouble = what;
    }

    /**
     * It is at work. Any thread.
     *
     * @param nothingToDo until it says so again
     */
    void seen(boolean nothingToDo) {
        seenAt = binder.nanoTime();
        idle = nothingToDo;
    }

    /** Waits for its end. Not under the lock. */
    void join() throws InterruptedException {
        Thread ending = thread;
        if (ending != null) {
            ending.join();
        }
    }
}
