// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Loop;
import java.util.concurrent.TimeUnit;

/**
 * What a MASTER asks before it advertises: whether the addresses are still here. It does not leave in the first moment of
 * doubt, in which it says nothing: when the whole machine was held up, whoever renews the lease is as late as the loop, and
 * has it renewed a moment later. Loop thread only.
 */
final class HeldAddresses {
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Told what the binder says. */
    interface Listener {
        void lapsed(String why);

        void binderFailed(RuntimeException why);
    }

    private final Binding binding;
    private final Loop loop;
    private final Listener listener;
    private long doubtEnds = NEVER;

    HeldAddresses(Binding binding, Loop loop, Listener listener) {
        this.binding = binding;
        this.loop = loop;
        this.listener = listener;
    }

    /**
     * Whether this may be advertised now. If not, the listener has been told why, or has to ask again at {@link #doubtEnds}.
     *
     * @param intervalNanos between two advertisements
     */
    boolean mayAdvertise(long intervalNanos) {
        String why = lapsed();
        if (why.isEmpty()) {
            doubtEnds = NEVER;
            return true;
        }
        long now = loop.nanoTime();
        if (doubtEnds == NEVER) {
            doubtEnds = now + Math.min(DOUBT_NANOS, intervalNanos / 2);
        } else if (now - doubtEnds >= 0) {
            doubtEnds = NEVER;
            listener.lapsed(why);
        }
        return false;
    }

    /** Until when there is doubt; {@link io.carp.protocol.Step#NEVER} if there is none. */
    long doubtEnds() {
        return doubtEnds;
    }

    /** An advertisement has left. */
    void advertised() {
        try {
            binding.advertised(loop.nanoTime());
        } catch (RuntimeException e) {
            listener.binderFailed(e); // The next timer is worth more than a lease.
        }
    }

    private String lapsed() {
        try {
            return binding.lapsed(loop.nanoTime());
        } catch (RuntimeException e) {
            listener.binderFailed(e);
            return "";
        }
    }
}
