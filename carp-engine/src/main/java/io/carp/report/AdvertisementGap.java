// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import static io.carp.CarpState.MASTER;

import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Step;

/**
 * The longest time for which peers heard nothing of us while we were MASTER: from one advertisement that left to the
 * next, or to the end of the mastership. Loop thread only.
 */
final class AdvertisementGap {
    private static final long MILLISECOND = 1_000_000;

    private final Counters counters;
    private long leftAt;

    AdvertisementGap(Counters counters) {
        this.counters = counters;
    }

    /**
     * Takes note of a step.
     *
     * @param left whether an advertisement left
     * @param now the time of the loop
     */
    void after(Step step, boolean left, long now) {
        boolean ended = step.changes();
        if (step.from() == MASTER && (left || ended)) {
            counters.atLeast(Counter.longestGapMillis, (now - leftAt) / MILLISECOND);
        }
        // If the first advertisement did not leave, the gap counts from the promotion.
        if (left || (ended && step.to() == MASTER)) {
            leftAt = now;
        }
    }

    /** Takes note of advertisements that were relayed, the first and the last one at these times. */
    void relayed(long first, long last) {
        counters.atLeast(Counter.longestGapMillis, (first - leftAt) / MILLISECOND);
        leftAt = last;
    }
}
