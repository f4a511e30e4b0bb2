// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;

/**
 * When a master that has lost releases its addresses. If its successor is known to live, it waits until that one has
 * them, since a successor advertises before it binds, and a client would ask in vain between the two.
 */
final class Handover {
    private Handover() {}

    /**
     * @param inGoodOrder whether we have left by ourselves, so that no successor has spoken yet
     * @return monotonic nanoseconds
     */
    static long releaseAt(Reason why, boolean inGoodOrder, MastershipSettings settings, long now) {
        return switch (why) {
            case MORE_FREQUENT_ADVERTISEMENT, TIE_LOST -> succeeded(settings, now);
            case USER_REQUEST, STOPPED -> inGoodOrder ? now + settings.successorNanos() : now;
            default -> now; // The addresses or the link are not ours any more, or we do not know what is going on.
        };
    }

    /** The same when a successor has advertised, which binds in this moment. */
    static long succeeded(MastershipSettings settings, long now) {
        return now + settings.overlapNanos();
    }
}
