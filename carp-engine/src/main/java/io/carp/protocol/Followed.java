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

    /**
     * Whether the master that we follow is a living and a better one than the one that speaks, so that it settles that.
     * Not if that one is the master, too, and bows out in one family while its last word in the other was as good as ever.
     */
    boolean staysAgainst(Neighbour speaker, boolean bowsOut, OwnAdvertisements own, long now) {
        if (last == null || (bowsOut && contains(speaker)) || !last.isLiving(now)) {
            return false;
        }
        int better = own.rankOf(speaker) - own.rankOf(last);
        return better > 0 || (better == 0 && last.keepsTieAgainst(speaker.address()));
    }

    /** Who was heard last of those we follow. */
    @Nullable
    Neighbour last() {
        return last;
    }

    /** Whether it is the one that we follow in its own family. */
    private boolean contains(Neighbour one) {
        return one == (one.isIpv6() ? ipv6 : ipv4);
    }

    /** By whose address a tie would be settled: by IPv4 if the master is heard there, too. */
    @Nullable
    Neighbour forTie() {
        return last != null && ipv4 != null && ipv4.saysTheSameAs(last) && ipv4.isLiving(last.heardAt()) ? ipv4 : last;
    }
}
