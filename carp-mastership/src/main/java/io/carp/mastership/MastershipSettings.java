// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.Scripts;
import io.carp.spi.VirtualIp;
import java.util.List;

/**
 * How a virtual host takes and leaves mastership. An edit of them, the addresses excepted, is in force from the next
 * deed on.
 *
 * @param hookTimeoutNanos for how long consumers may delay what they are called for
 * @param bindInSpiteOfFailure whether a failed script or hook before the addresses is overruled
 * @param scripts which scripts are run
 * @param binderRunsScripts whether the binder runs the up and down scripts
 * @param neutral whether no script is run at the start, so that what an earlier process has left stays as it is
 * @param virtualIps the addresses for which the up and down scripts are run
 * @param successorNanos how long the addresses stay for a successor that may not exist, when we have left by ourselves
 * @param overlapNanos how long a successor and we may have the addresses together
 * @param announceCount how many announcements a series has, 1..100
 * @param announceIntervalNanos the time between two announcements of a series
 * @param announceRefreshNanos the time from the end of a series to the next announcement, and so on; 0 for never
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
