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
 * Whether the addresses of a virtual host can be had: looked at before it takes part, again after an edit, and again
 * after a second and then less and less often while they cannot. Loop thread only, but for what the binder says.
 */
final class AddressCare implements AddressBinder.Listener, MastershipDriver.AddressOutcome {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_UNWANTED_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Told on the loop. */
    interface Listener {
        void addressesReady();

        /** Whether another node had the addresses until a moment ago, and would have them again. */
        boolean isServedElsewhere();

        void addressesFailed(Reason why, String inWords);

        /** Somebody removed it while it was bound, and it was put back. */
        void addressRestored(String address);

        /** Its lease was not renewed in time while it was bound, and it was put back. */
        void addressExpired(String address);

        /** @param why the addresses will be lost soon; empty if that is over */
        void addressesLate(String why);

        /** @param who has an address of ours, too; empty if that is over */
        void addressesContested(String who);
    }

    private final Loop loop;
    private final Listener listener;
    private @Nullable MastershipDriver mastership;
    private boolean ready;
    private boolean closed;
    private @Nullable Cancellable retry;
    private final GrowingPause pause = new GrowingPause(FIRST_NANOS, LONGEST_NANOS, LONGEST_NANOS);
    /** Somebody here does not want us to have them; a peer may have more luck meanwhile. */
    private final GrowingPause unwanted = new GrowingPause(FIRST_NANOS, LONGEST_UNWANTED_NANOS, QUIET_NANOS);

    /** Each try takes the mastership from a peer, whose consumers stop and start for nothing. */
    private final GrowingPause takenInVain = new GrowingPause(LONGEST_NANOS, LONGEST_UNWANTED_NANOS, QUIET_NANOS);

    /** An edit that the binder has not taken over yet. */
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
            failed(failure, "", LONGEST_NANOS); // Not sooner, for we would be MASTER again for a moment.
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

    /** Says how long that is: an operator would not think that it is tried again at all. */
    private void failedForLong(IOException failure, long nanos) {
        failed(failure, "; tried again after " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s", nanos);
    }

    private void failed(IOException failure, String again, long pauseNanos) {
        if (!closed) {
            Reason why = failure instanceof AddressInUseException ? Reason.ADDRESS_IN_USE : Reason.BIND_FAILED;
            ready = false;
            listener.addressesFailed(why, failure.getMessage() + again);
            cancelRetry();
            retry = loop.at(loop.nanoTime() + pauseNanos, this::retry);
        }
    }

    /** What stood in their way may be gone with whatever kept the link from us: does not wait for the next try. */
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

    /** One try at a time, however often and for how many reasons it failed. */
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
            mastership.update(missed); // The binder may have kept those of before when it could not have these.
        }
    }
}
