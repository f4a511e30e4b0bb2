// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import static io.carp.CarpState.MASTER;

import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Step;

/**
 * The longest time for which peers heard nothing of us while we were MASTER: from one advertisement that left to the
 * next, or to the end of being MASTER. Loop thread only.
 */
final class AdvertisementGap {
    private static final long MILLISECOND = 1_000_000;

    private final Counters counters;
    private long leftAt;

    AdvertisementGap(Counters counters) {
        this.counters = counters;
    }

    /**
     * Something has happened.
     *
     * @param left whether an advertisement left
     * @param now when, by the loop
     */
    void after(Step step, boolean left, long now) {
        boolean ended = step.changes();
        if (step.from() == MASTER && (left || ended)) {
            counters.atLeast(Counter.longestGapMillis, (now - leftAt) / MILLISECOND);
        }
        // A promotion that could not be told counts from its beginning.
        if (left || (ended && step.to() == MASTER)) {
            leftAt = now;
        }
    }
}
