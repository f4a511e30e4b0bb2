// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.VirtualIp;

/** One virtual IP that we have bound, and what happened to it since. Guarded by the lock of the binder. */
final class LeasedAddress {
    /** A person who deletes an address this often means it. */
    static final int RESTORES = 5;

    final VirtualIp ip;

    /** When the kernel drops it, by {@link io.carp.spi.Loop#nanoTime()}; meaningless if it is permanent. */
    long expires;
    /** To be written again whatever its age, because the lease has another length now. */
    boolean outdated;
    /** How often somebody deleted it and we put it back. */
    int restored;
    /** No longer ours to look after. */
    boolean givenUp;
    /** That somebody else has it, too, with another prefix length, has been said. */
    boolean doubled;

    LeasedAddress(VirtualIp ip) {
        this.ip = ip;
    }
}
