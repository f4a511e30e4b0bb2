// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Loop;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a MASTER asks before it advertises: whether the addresses are still here. It does not leave in the first moment of
 * doubt, in which it says nothing: when the whole machine was held up, whoever renews the lease is as late as the loop, and
 * has it renewed a moment later. Loop thread only.
 */
final class HeldAddresses {
    private static final long DOUBT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Binding binding;
    private final Loop loop;
    private final Consumer<RuntimeException> binderFailed;
    private long doubtEnds = NEVER;

    HeldAddresses(Binding binding, Loop loop, Consumer<RuntimeException> binderFailed) {
        this.binding = binding;
        this.loop = loop;
        this.binderFailed = binderFailed;
    }

    /**
     * Whether this may be advertised now. If not, the question is to be asked again at {@link #doubtEnds}.
     *
     * @param intervalNanos between two advertisements
     */
    boolean mayAdvertise(long intervalNanos) {
        if (lapsed().isEmpty()) {
            doubtEnds = NEVER;
            return true;
        }
        if (doubtEnds == NEVER) {
            doubtEnds = loop.nanoTime() + Math.min(DOUBT_NANOS, intervalNanos / 2);
        }
        return false;
    }

    /** Until when there is doubt; {@link io.carp.protocol.Step#NEVER} if there is none. */
    long doubtEnds() {
        return doubtEnds;
    }

    /** Ends the moment of doubt if that is over: why they are gone then, or empty. */
    String lost() {
        if (doubtEnds == NEVER || loop.nanoTime() - doubtEnds < 0) {
            return "";
        }
        doubtEnds = NEVER;
        return lapsed();
    }

    /**
     * A MASTER advertises now: its addresses are to work when it has.
     *
     * @param intervalNanos between two advertisements
     */
    void advertising(long intervalNanos) {
        try {
            binding.advertising(loop.nanoTime(), intervalNanos);
        } catch (RuntimeException e) {
            binderFailed.accept(e);
        }
    }

    /** A MASTER has said its last word. */
    void handsOver() {
        try {
            binding.handsOver();
        } catch (RuntimeException e) {
            binderFailed.accept(e);
        }
    }

    /** An advertisement has left at that time. */
    void advertised(long nanoTime) {
        try {
            binding.advertised(nanoTime);
        } catch (RuntimeException e) {
            binderFailed.accept(e); // The next timer is worth more than a lease.
        }
    }

    /** As {@link Binding#outlastsNanos}. */
    long outlastsNanos() {
        try {
            return binding.outlastsNanos(loop.nanoTime());
        } catch (RuntimeException e) {
            binderFailed.accept(e);
            return 0;
        }
    }

    private String lapsed() {
        try {
            return binding.lapsed(loop.nanoTime());
        } catch (RuntimeException e) {
            binderFailed.accept(e);
            return "";
        }
    }
}
