// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.Reason;
import io.carp.mastership.MastershipDriver;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Addresses;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the addresses of a virtual host can be bound: before it takes part, after an edit, and, while they
 * cannot, after a second and then less and less often. Loop thread only, except for what the binder says.
 */
final class AddressCare implements AddressBinder.Listener, MastershipDriver.AddressOutcome {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_UNWANTED_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Told on the loop. */
    interface Listener {
        void addressesReady();

        /** Whether another node had the addresses until a moment ago, and would bind them again. */
        boolean isServedElsewhere();

        void addressesFailed(Reason why, String inWords);

        /** The kernel may have dropped them, for nobody renews them: this node is not to go on as if it had them. */
        void addressesLapsed(String inWords);

        /** Somebody removed an address while it was bound, and it was put back. */
        void addressRestored(String address);

        /** The lease of a bound address was not renewed in time, and the address was put back. */
        void addressExpired(String address);

        /** @param why the addresses will be lost soon; empty if that is over */
        void addressesLate(String why);

        /** @param why the addresses have no short lease though they should; empty if that is over */
        void addressesUnguarded(String why);

        /** @param who which machine has an address of ours, too; empty if that is over */
        void addressesContested(String who);
    }

    private final Loop loop;
    private final Listener listener;
    private @Nullable MastershipDriver mastership;
    private boolean ready;
    private boolean closed;
    private @Nullable Cancellable retry;
    private final GrowingPause pause = new GrowingPause(FIRST_NANOS, LONGEST_NANOS, LONGEST_NANOS);
    /** The pause after somebody here has removed the addresses again and again, in which a peer may serve. */
    private final GrowingPause unwanted = new GrowingPause(FIRST_NANOS, LONGEST_UNWANTED_NANOS, QUIET_NANOS);

    /** The pause after a try that took the mastership from a peer, whose consumers stopped and started for nothing. */
    private final GrowingPause takenInVain = new GrowingPause(LONGEST_NANOS, LONGEST_UNWANTED_NANOS, QUIET_NANOS);

    /** The addresses of an edit that the binder has not taken over yet. */
    private @Nullable Addresses wanted;

    AddressCare(Loop loop, Listener listener) {
        this.loop = loop;
        this.listener = listener;
    }

    /** Begins to look. */
    void open(MastershipDriver by) {
        mastership = by;
        by.look();
    }

    boolean isReady() {
        return ready;
    }

    void update(Addresses addresses) {
        wanted = addresses;
        if (mastership != null) {
            mastership.update(addresses);
        }
    }

    @Override
    public void free() {
        if (!closed) {
            ready = true;
            listener.addressesReady();
        }
    }

    @Override
    public void bindFailed(IOException failure) {
        if (listener.isServedElsewhere()) {
            failedForLong(failure, takenInVain.next(loop.nanoTime()));
        } else {
            failed(failure, "", LONGEST_NANOS); // A sooner try would make us MASTER again for a moment.
        }
    }

    @Override
    public void unavailable(IOException failure) {
        failed(failure, "", pause.next(loop.nanoTime()));
    }

    @Override
    public void restored(String address) {
        loop.execute(() -> listener.addressRestored(address));
    }

    @Override
    public void expired(String address) {
        loop.execute(() -> listener.addressExpired(address));
    }

    @Override
    public void gaveUp(String why) {
        loop.execute(() -> failedForLong(new IOException(why), unwanted.next(loop.nanoTime())));
    }

    /** Nobody keeps them: they are gone, or will be. On the loop. */
    void lapsed(String why) {
        if (!closed) {
            ready = false;
            listener.addressesLapsed(why);
            retryAfter(pause.next(loop.nanoTime()));
        }
    }

    /**
     * Takes note of a failure, and says when the next try is, since an operator would not expect one after such a long
     * time.
     */
    private void failedForLong(IOException failure, long nanos) {
        failed(failure, "; tried again after " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s", nanos);
    }

    private void failed(IOException failure, String again, long pauseNanos) {
        if (!closed) {
            Reason why = failure instanceof AddressInUseException ? Reason.ADDRESS_IN_USE : Reason.BIND_FAILED;
            ready = false;
            listener.addressesFailed(why, failure.getMessage() + again);
            retryAfter(pauseNanos);
        }
    }

    private void retryAfter(long nanos) {
        cancelRetry();
        retry = loop.at(loop.nanoTime() + nanos, this::retry);
    }

    /**
     * Tries at once, without waiting for the next time. What was in the way of the addresses may be gone together with
     * what kept us off the link.
     */
    void tryNow() {
        if (retry != null) {
            cancelRetry();
            retry();
        }
    }

    void close() {
        closed = true;
        cancelRetry();
    }

    /** Cancels the next try, so that there is only one however often it failed. */
    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    @Override
    public void renewalLate(String why) {
        loop.execute(() -> listener.addressesLate(why));
    }

    @Override
    public void unguarded(String why) {
        loop.execute(() -> listener.addressesUnguarded(why));
    }

    @Override
    public void addressContested(String who) {
        loop.execute(() -> listener.addressesContested(who));
    }

    @Override
    public void updated(Addresses addresses) {
        if (addresses.equals(wanted)) {
            wanted = null;
        }
        retry();
    }

    private void retry() {
        retry = null;
        Addresses missed = wanted;
        if (closed || ready || mastership == null) {
            return;
        }
        if (missed == null) {
            mastership.look();
        } else {
            mastership.update(missed); // The binder may have kept the former addresses when it could not bind these.
        }
    }
}
