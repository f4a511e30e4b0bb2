// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.Scripts;
import io.carp.spi.VirtualIp;
import java.util.List;

/**
 * How a virtual host takes and leaves mastership. All but the addresses holds from the next deed on.
 *
 * @param hookTimeoutNanos how long consumers may delay what they are called for
 * @param bindInSpiteOfFailure whether a failed script or hook before the addresses is overruled
 * @param scripts which scripts are run
 * @param binderRunsScripts whether up and down are the binder's
 * @param neutral whether the first scripts of all are left out, and what an earlier life left stays as it is
 * @param virtualIps for which addresses up and down are run
 * @param successorNanos how long the addresses stay for a successor who may not be there, when we have left by ourselves
 * @param overlapNanos how long a successor and we may have the addresses together
 * @param announceCount how many announcements a series has, 1..100
 * @param announceIntervalNanos between two of a series
 * @param announceRefreshNanos from the last one of a series to the next, and so on; 0 for never
 */
public record MastershipSettings(
        long hookTimeoutNanos,
        boolean bindInSpiteOfFailure,
        Scripts scripts,
        boolean binderRunsScripts,
        boolean neutral,
        List<VirtualIp> virtualIps,
        long successorNanos,
        long overlapNanos,
        int announceCount,
        long announceIntervalNanos,
        long announceRefreshNanos) {
    public MastershipSettings {
        virtualIps = List.copyOf(virtualIps);
    }

    boolean announcesAs(MastershipSettings other) {
        return announceCount == other.announceCount
                && announceIntervalNanos == other.announceIntervalNanos
                && announceRefreshNanos == other.announceRefreshNanos;
    }
}
