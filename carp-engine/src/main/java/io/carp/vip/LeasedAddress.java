// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.VirtualIp;
import java.util.concurrent.TimeUnit;

/** One virtual IP that we have bound, and what happened to it since. Guarded by the lock of the binder. */
final class LeasedAddress {
    /** Who deletes an address more often, without a pause of {@link #QUIET_NANOS}, means it. */
    static final int RESTORES = 5;

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    final VirtualIp ip;

    /** When the kernel drops it, by {@link io.carp.spi.Loop#nanoTime()}; meaningless if it is permanent. */
    long expires;
    /** To be written again whatever its age, because the lease has another length now. */
    boolean outdated;
    /** How often somebody deleted it without a pause. */
    int deleted;

    private long deletedAt;
    /** The last of those of whom we know; empty if of none. */
    String remover = "";
    /** No longer ours to look after. */
    boolean givenUp;
    /** That somebody else has it, too, with another prefix length, has been said. */
    boolean doubled;

    LeasedAddress(VirtualIp ip) {
        this.ip = ip;
    }

    /** Somebody deleted it; returns whether it is to be put back. */
    boolean deleted(long now, String by) {
        if (deleted > 0 && now - deletedAt > QUIET_NANOS) {
            deleted = 0;
        }
        deletedAt = now;
        remover = by.isEmpty() ? remover : by;
        return ++deleted <= RESTORES;
    }
}
