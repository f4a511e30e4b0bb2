// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.CarpState.MASTER;

import io.carp.Reason;
import io.carp.protocol.Counters.Counter;

/** Every rule of carp(4) about an advertisement of another node. */
final class Election {
    private final MachineState state;
    private final OwnAdvertisements own;
    private final OwnAddresses ownAddresses;
    private final Counters counters;

    Election(MachineState state, OwnAdvertisements own, OwnAddresses ownAddresses, Counters counters) {
        this.state = state;
        this.own = own;
        this.ownAddresses = ownAddresses;
        this.counters = counters;
    }

    /** @param from who sent it, who is known to have by now */
    void judge(Neighbour from, Advertisement heard, boolean ipv6, long now) {
        int theirs = own.rankOf(heard);
        int ours = own.rank();
        from.compared(state.current() == MASTER && !heard.isBowOut(), theirs - ours, now);
        switch (state.current()) {
            case INIT -> {
                // In INIT we take no part.
            }
            case BACKUP -> {
                boolean slower = own.settings().preempt() && !state.handedOver() && ours < theirs;
                if (state.followed().staysAgainst(from, heard.isBowOut(), own, now)) {
                    // There are two masters, as after a bow-out. The better one, which we follow, settles that.
                } else if (slower && state.mayPreempt(now)) {
                    // carp(4): with preempt set we do not wait for a slower master to die; a living one is left alone
                    // for the preemptDelay (keepalived's preempt_delay).
                    state.toMaster(Reason.PREEMPTING_SLOWER_MASTER, now);
                } else if (heard.isBowOut() || (!state.handedOver() && heard.interval() > own.boundToTimeOut())) {
                    // carp(4): a master that advertises this slowly is as good as down, and so is one that bows out.
                    state.toMaster(heard.isBowOut() ? Reason.MASTER_HANDED_OVER : Reason.MASTER_WILL_TIME_OUT, now);
                } else if (own.isMoreDemoted(heard) && !state.handedOver()) {
                    // OpenBSD: a node that is more demoted than we are is no master, with or without preempt.
                    state.toMaster(Reason.MASTER_DEMOTED, now);
                } else {
                    // As in the BSDs each family has a timer. familyRule says whether one that runs out is enough.
                    state.follow(from, slower, ipv6, now);
                }
            }
            case MASTER -> {
                if (theirs < ours) {
                    // carp(4): the node that advertises more frequently is the master.
                    state.yieldTo(Reason.MORE_FREQUENT_ADVERTISEMENT, from, now);
                } else if (theirs == ours && ownAddresses.against(from) == Tie.LOST) {
                    // The BSDs always yield a tie. If both nodes did, nobody would be left for a master-down time.
                    counters.count(Counter.ties);
                    state.yieldTo(Reason.TIE_LOST, from, now);
                } else if (own.isLate(now)) {
                    // It may have taken over from us, so we claim nothing before we have listened.
                    state.late(now);
                    state.followed().follow(from);
                } else if (theirs == ours && ownAddresses.against(from) == Tie.OPEN) {
                    // Its IPv4 advertisement is under way, and will settle the tie.
                } else {
                    // As in ucarp: it may have told the link that the addresses are its own, so we announce them again,
                    // and it need not wait for our next advertisement.
                    state.reassert(now);
                }
            }
        }
    }
}
