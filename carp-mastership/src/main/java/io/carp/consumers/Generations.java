// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import java.time.Instant;

/**
 * Numbers the masterships of a node, all virtual hosts together: by the wall clock, so that they grow from node to node and
 * over restarts, but never twice the same, nor one less than before. One thread at a time.
 */
public final class Generations {
    private long latest;

    /** For a promotion now. */
    public long next(Instant now) {
        latest = Math.max(latest + 1, now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
        return latest;
    }
}
