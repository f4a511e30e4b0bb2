// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The master that a backup follows. A master that speaks IPv4 and IPv6 has two source addresses, and nothing says that
 * they belong to one node. So the one followed last is kept for each family.
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
     * Whether the master that we follow is alive and better than the speaker, so that those two settle the matter. The
     * answer is no if the speaker is that same master, which bows out in one family while its last advertisement in the
     * other was as good as ever.
     */
    boolean staysAgainst(Neighbour speaker, boolean bowsOut, OwnAdvertisements own, long now) {
        if (last == null || (bowsOut && contains(speaker)) || !last.isLiving(now)) {
            return false;
        }
        int better = own.rankOf(speaker) - own.rankOf(last);
        return better > 0 || (better == 0 && last.keepsTieAgainst(speaker.address()));
    }

    /** The one that was heard last of those we follow. */
    @Nullable
    Neighbour last() {
        return last;
    }

    /** Whether we follow this one in its family. */
    private boolean contains(Neighbour one) {
        return one == (one.isIpv6() ? ipv6 : ipv4);
    }

    /** The one whose address would settle a tie: that of IPv4 if the master is heard there, too. */
    @Nullable
    Neighbour forTie() {
        return last != null && ipv4 != null && ipv4.saysTheSameAs(last) && ipv4.isLiving(last.heardAt()) ? ipv4 : last;
    }
}
