// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;

/**
 * When a master that has lost releases its addresses. One whose successor is known to live lets it have them first, or a
 * client would ask in vain between the two: the successor advertises before it binds.
 */
final class Handover {
    private Handover() {}

    /**
     * @param inGoodOrder whether we have left by ourselves, so that nobody has spoken yet
     * @return monotonic nanoseconds
     */
    static long releaseAt(Reason why, boolean inGoodOrder, MastershipSettings settings, long now) {
        return switch (why) {
            case MORE_FREQUENT_ADVERTISEMENT, TIE_LOST -> succeeded(settings, now);
            case USER_REQUEST, STOPPED -> inGoodOrder ? now + settings.successorNanos() : now;
            default -> now; // The addresses or the link are not ours any more, or nobody knows what is going on.
        };
    }

    /** A successor has advertised, and binds in this moment. */
    static long succeeded(MastershipSettings settings, long now) {
        return now + settings.overlapNanos();
    }
}
