// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.VirtualIp;
import java.util.concurrent.TimeUnit;

/** One virtual IP that we have bound, and what has happened to it since. The lock of the binder guards it. */
final class LeasedAddress {
    /**
     * How often a deleted address is put back. Somebody who deletes it more often, without a pause of {@link
     * #QUIET_NANOS}, means it.
     */
    static final int RESTORES = 5;

    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    final VirtualIp ip;

    /** When the kernel drops it, by {@link io.carp.spi.Loop#nanoTime()}; meaningless if it is permanent. */
    long expires;
    /** Whether it is to be written again whatever its age, because the lease has another length now. */
    boolean outdated;
    /** How often somebody has deleted it without a pause. */
    int deleted;

    private long deletedAt;
    /** The process that deleted it last, if we know one; else empty. */
    String remover = "";
    /** Whether we no longer look after it. */
    boolean givenUp;
    /** Whether we have said that somebody else has it, too, with another prefix length. */
    boolean doubled;

    LeasedAddress(VirtualIp ip) {
        this.ip = ip;
    }

    /** Takes note that somebody deleted it. Returns whether it is to be put back. */
    boolean deleted(long now, String by) {
        if (deleted > 0 && now - deletedAt > QUIET_NANOS) {
            deleted = 0;
        }
        deletedAt = now;
        remover = by.isEmpty() ? remover : by;
        return ++deleted <= RESTORES;
    }
}
