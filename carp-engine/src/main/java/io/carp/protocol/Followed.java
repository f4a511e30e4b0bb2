// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Whom a backup follows. A master that speaks IPv4 and IPv6 has two source addresses and nothing says that they are one
 * node's, so whoever was followed last is kept for each family.
 */
final class Followed {
    private @Nullable Neighbour last;
    private @Nullable Neighbour ipv4;
    private @Nullable Neighbour ipv6;

    void nobody() {
        last = null;
        ipv4 = null;
        ipv6 = null;
    }

    void follow(Neighbour master) {
        last = master;
        if (master.isIpv6()) {
            ipv6 = master;
        } else {
            ipv4 = master;
        }
    }

    /** Who was heard last of those we follow. */
    @Nullable
    Neighbour last() {
        return last;
    }

    /** Whether it is the one that we follow in its own family. */
    boolean contains(Neighbour one) {
        return one == (one.isIpv6() ? ipv6 : ipv4);
    }

    /** By whose address a tie would be settled: by IPv4 if the master is heard there, too. */
    @Nullable
    Neighbour forTie() {
        return last != null && ipv4 != null && ipv4.saysTheSameAs(last) && ipv4.isLiving(last.heardAt()) ? ipv4 : last;
    }
}
