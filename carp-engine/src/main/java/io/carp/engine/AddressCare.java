// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Reason;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Addresses;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the addresses of a virtual host can be had: looked at before it takes part, again after an edit, and again
 * after a second and then less and less often while they cannot. Methods are called on the loop; the binding works on the address lane.
 */
final class AddressCare implements AddressBinder.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(AddressCare.class);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_UNWANTED_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Told on the loop. */
    interface Listener {
        void addressesReady();

        void addressesFailed(Reason why, String inWords);

        /** Somebody removed it while it was bound, and it was put back. */
        void addressRestored(String address);

        /** @param why the addresses will be lost soon; empty if that is over */
        void addressesLate(String why);
    }

    private final String name;
    private final Loop loop;
    private final Lane lane;
    private final Binding binding;
    private final Listener listener;
    private boolean ready;
    private boolean closed;
    private @Nullable Cancellable retry;
    private final GrowingPause pause = new GrowingPause(LONGEST_NANOS, LONGEST_NANOS);
    /** Somebody here does not want us to have them; a peer may have more luck meanwhile. */
    private final GrowingPause unwanted = new GrowingPause(LONGEST_UNWANTED_NANOS, QUIET_NANOS);

    /** An edit that the binding has not taken over yet. */
    private @Nullable Addresses wanted;

    AddressCare(AddressBinder binder, Addresses addresses, Loop loop, Lane lane, Listener listener) {
        this.name = addresses.name();
        this.loop = loop;
        this.lane = lane;
        this.listener = listener;
        this.binding = binder.open(addresses, this);
    }

    Binding binding() {
        return binding;
    }

    /** An advertisement has left: the lease may be renewed. */
    void advertised() {
        binding.advertised(loop.nanoTime());
    }

    boolean isReady() {
        return ready;
    }

    void prepare() {
        lane.execute(() -> {
            try {
                binding.prepare();
                loop.execute(this::becomeReady);
            } catch (IOException e) {
                loop.execute(() -> unavailable(e));
            } catch (RuntimeException | Error e) { // A binder that lacks a native library throws an error.
                loop.execute(() -> unavailable(new IOException("the binder failed: " + e, e)));
            }
        });
    }

    void update(Addresses addresses) {
        wanted = addresses;
        lane.execute(() -> {
            try {
                binding.update(addresses);
                binding.announce(); // Neighbours may know a new address from elsewhere. Not bound: nothing happens.
                loop.execute(() -> updated(addresses));
            } catch (IOException e) {
                loop.execute(() -> unavailable(e));
            } catch (RuntimeException | Error e) {
                loop.execute(() -> unavailable(new IOException("the binder failed: " + e, e)));
            }
        });
    }

    /** They could not be bound. */
    void failed(IOException failure) {
        // Not sooner, for we would be MASTER again for a moment, which makes peers yield.
        failed(failure, LONGEST_NANOS);
    }

    private void unavailable(IOException failure) {
        failed(failure, pause.next(loop.nanoTime()));
    }

    private void failed(IOException failure, long pauseNanos) {
        if (!closed) {
            Reason why = failure instanceof AddressInUseException ? Reason.ADDRESS_IN_USE : Reason.BIND_FAILED;
            ready = false;
            listener.addressesFailed(why, String.valueOf(failure.getMessage()));
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

    /** Forgets them, behind everything that is under way. */
    CompletableFuture<Void> close() {
        closed = true;
        cancelRetry();
        return lane.execute(() -> {
            try {
                binding.close();
            } catch (IOException | RuntimeException | Error e) {
                LOG.error("carp: {}: the virtual IPs may still be bound", name, e);
            }
        });
    }

    @Override
    public void restored(String address) {
        loop.execute(() -> listener.addressRestored(address));
    }

    @Override
    public void gaveUp(String why) {
        loop.execute(() -> {
            long nanos = unwanted.next(loop.nanoTime());
            String again = "; tried again after " + TimeUnit.NANOSECONDS.toSeconds(nanos) + " s";
            failed(new IOException(why + again), nanos);
        });
    }

    @Override
    public void renewalLate(String why) {
        loop.execute(() -> listener.addressesLate(why));
    }

    private void becomeReady() {
        if (!closed) {
            ready = true;
            listener.addressesReady();
        }
    }

    /** One try at a time, however often and for how many reasons it failed. */
    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void updated(Addresses addresses) {
        if (addresses.equals(wanted)) {
            wanted = null;
        }
        retry();
    }

    private void retry() {
        retry = null;
        Addresses missed = wanted;
        if (closed || ready) {
            return;
        }
        if (missed == null) {
            prepare();
        } else {
            update(missed); // The binding may have kept those of before when it could not have these.
        }
    }
}
