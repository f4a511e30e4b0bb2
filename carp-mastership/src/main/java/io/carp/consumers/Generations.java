// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import java.time.Instant;

/**
 * Numbers the masterships of a node, all virtual hosts together. The numbers come from the wall clock, so that they
 * grow from node to node and over restarts; but each is greater than the one before, whatever the clock does. For one
 * thread at a time.
 */
public final class Generations {
    private long latest;

    /** The number of a promotion at this moment. */
    public long next(Instant now) {
        latest = Math.max(latest + 1, now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
        return latest;
    }
}
