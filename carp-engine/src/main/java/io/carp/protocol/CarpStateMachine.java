// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.protocol.Step.NEVER;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host on one node: every rule of carp(4) and nothing else. See the package for the caller's duties.
 *
 * <p>All times are monotonic nanoseconds.
 */
public final class CarpStateMachine {
    private final Step step = new Step();
    private final Counters counters = new Counters();
    private final Advertisement heard = new Advertisement();
    private final Neighbours neighbours = new Neighbours();
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final OwnAdvertisements own;
    private final Screening screening;
    private final MachineState state;

    /**
     * @param settings what was configured
     * @param digest signs and verifies. It belongs to the machine from now on, which wipes it when it has no use for it
     * @param clockAtZero what the wall clock shows at the time 0 of the inputs, in milliseconds since 1970: our
     *     advertisements count with the time, so that they go on from there after a restart
     */
    public CarpStateMachine(Settings settings, AdvertisementDigest digest, long clockAtZero) {
        this.own = new OwnAdvertisements(settings, digest, new GroupTime(clockAtZero));
        this.screening = new Screening(own, ownAddresses, neighbours);
        this.state = new MachineState(step, counters, own);
    }

    /**
     * INIT → BACKUP: link, address and everything else is there. With a {@code startupDelay} not before that is over,
     * by a {@link #tick}. Elsewhere it does nothing.
     */
    public Step start(Reason reason, long now) {
        step.clear();
        if (state.current() == INIT) {
            state.begin(reason, now);
        }
        return step;
    }

    /** Any → INIT, in good order: a master bows out. */
    public Step stop(Reason reason, long now) {
        step.clear();
        if (state.current() == MASTER) {
            state.bowOut(now);
        }
        state.leave(reason);
        return step;
    }

    /** Any → INIT without a word, because there is no link to say it on. */
    public Step linkDown(Reason reason) {
        step.clear();
        state.leave(reason);
        return step;
    }

    /**
     * MASTER → BACKUP, with a bow-out, so that a backup takes over at once. If none does we are back after our
     * master-down time.
     */
    public Step stepDown(Reason reason, long now) {
        step.clear();
        if (state.current() == MASTER) {
            state.bowOut(now);
            state.handedOver(true);
            state.toBackup(reason, now);
        }
        return step;
    }

    /** BACKUP → MASTER because somebody wants it. */
    public Step takeOver(long now) {
        step.clear();
        if (state.current() == BACKUP) {
            state.toMaster(Reason.USER_REQUEST, now);
        }
        return step;
    }

    /** MASTER → BACKUP because we cannot have been heard for too long: listen before saying anything. */
    public Step late(long now) {
        step.clear();
        if (state.current() == MASTER) {
            state.late(now);
        }
        return step;
    }

    /** Time passes. Does nothing before the deadline. */
    public Step tick(long now) {
        step.clear();
        own.expire(step, now);
        if (state.deadline() == NEVER || now - state.deadline() < 0) {
            return step;
        }
        switch (state.current()) {
            case INIT -> state.beginDelayed(now);
            case BACKUP -> state.toMaster(Reason.MASTER_TIMED_OUT, now);
            case MASTER -> state.advertise(now);
        }
        return step;
    }

    /** The sum of all demotions changed. A master tells at once (FreeBSD: carp_demote_adj). */
    public Step demotion(int total, long now) {
        step.clear();
        int before = own.rank();
        own.demotion(total);
        if (state.current() == MASTER && own.rank() != before) {
            state.advertise(now);
        }
        return step;
    }

    /**
     * An edit: the state stays. A master says so at once; a backup waits anew, by the new settings. An edit that changes
     * nothing restarts no timer. The digest is the machine's from now on, the one of before is wiped in time.
     */
    public Step reconfigure(Settings settings, AdvertisementDigest digest, long now) {
        step.clear();
        if (!own.reconfigure(settings, digest, step, now)) {
            return step;
        }
        state.handedOver(false);
        switch (state.current()) {
            case INIT -> state.beginDelayed(now);
            case BACKUP -> state.listen(now);
            case MASTER -> state.advertise(now);
        }
        return step;
    }

    /** In which families advertisements can be heard now: one that cannot be heard is not silent. */
    public Step families(boolean ipv4, boolean ipv6, long now) {
        step.clear();
        state.families(ipv4, ipv6, now);
        return step;
    }

    /** When a master advertises from now on, if not by itself alone. */
    public void rhythm(AdvertisementSchedule rhythm) {
        state.rhythm(rhythm);
    }

    /** From which address our advertisements leave now; null if there is none of that family. */
    public void source(boolean ipv6, @Nullable InetAddress source) {
        ownAddresses.set(ipv6, source);
    }

    /**
     * Something arrived. Whatever is wrong with it is counted, once, and touches no timer.
     *
     * @param source where it says it comes from
     * @param ttl 0..255, or -1 where the transport needs none
     * @param packet the bytes between position and limit
     */
    public Step receive(InetAddress source, int ttl, ByteBuffer packet, long now) {
        step.clear();
        Counter wrong = screening.refuse(source, ttl, packet, now);
        if (wrong != null) {
            counters.count(wrong);
            return step.refuse(wrong);
        }
        counters.count(source instanceof Inet6Address ? Counter.ipackets6 : Counter.ipackets);
        AdvertisementCodec.decode(packet, heard);
        own.time().heard(heard.counter, now);
        if (heard.isBowOut()) {
            counters.count(Counter.bowOutsReceived);
        } else {
            step.hearMaster();
        }
        judge(source, neighbours.heard(source, heard, now), now);
        return step;
    }

    /** Every rule of carp(4) about an advertisement from somebody else. */
    private void judge(InetAddress source, Neighbour from, long now) {
        int theirs = own.rankOf(heard);
        int ours = own.rank();
        from.compared(state.current() == MASTER && !heard.isBowOut(), theirs - ours, now);
        switch (state.current()) {
            case INIT -> {
                // Not taking part.
            }
            case BACKUP -> {
                boolean slower = own.settings().preempt() && !state.handedOver() && ours < theirs;
                if (state.followed().staysAgainst(from, heard.isBowOut(), own, now)) {
                    // Two masters at once, as when several heard a bow-out: the better, whom we follow, settles that.
                } else if (slower && state.mayPreempt(now)) {
                    // carp(4): with preempt set we do not wait for a slower master to die; keepalived's preempt_delay:
                    // but for a while, if it lives.
                    state.toMaster(Reason.PREEMPTING_SLOWER_MASTER, now);
                } else if (heard.isBowOut() || (!state.handedOver() && heard.interval() > own.boundToTimeOut())) {
                    // carp(4): a master that advertises this slowly is as good as down. So is one that bows out.
                    state.toMaster(Reason.MASTER_WILL_TIME_OUT, now);
                } else if (own.isMoreDemoted(heard) && !state.handedOver()) {
                    // OpenBSD: who is more demoted than we is no master, with or without preempt.
                    state.toMaster(Reason.MASTER_DEMOTED, now);
                } else {
                    // The BSDs: a timer for each family. familyRule says whether one that runs out is enough.
                    state.follow(from, slower, source instanceof Inet6Address, now);
                }
            }
            case MASTER -> {
                if (theirs < ours) {
                    // carp(4): whoever advertises more frequently is the master.
                    state.yieldTo(Reason.MORE_FREQUENT_ADVERTISEMENT, from, now);
                } else if (theirs == ours && ownAddresses.against(from) == Tie.LOST) {
                    // The BSDs always yield a tie; if both did, nobody would be left for a master-down time.
                    counters.count(Counter.ties);
                    state.yieldTo(Reason.TIE_LOST, from, now);
                } else if (own.isLate(now)) {
                    // It may have taken over from us. Claim nothing before we have listened.
                    state.late(now);
                    state.followed().follow(from);
                } else if (theirs == ours && ownAddresses.against(from) == Tie.OPEN) {
                    // Its IPv4 advertisement is under way, and settles it.
                } else {
                    // ucarp: it may have told the link that the addresses are its own, so we announce them again. And
                    // it shall not have to wait for our next advertisement.
                    state.reassert(now);
                }
            }
        }
    }

    /** The state now. */
    public CarpState state() {
        return state.current();
    }

    /** The skew we send and compare by. */
    public int effectiveAdvskew() {
        return own.effectiveAdvskew();
    }

    /** Nanoseconds between two of our advertisements. */
    public long intervalNanos() {
        return own.intervalNanos();
    }

    /** What is in force. */
    public Settings settings() {
        return own.settings();
    }

    /** When {@link #tick} wants to be called; {@link Step#NEVER} if not at all. */
    public long deadline() {
        return step.deadline();
    }

    /** Wipes all keys. Nothing is signed and nothing accepted from then on: this is its end. */
    public void wipe() {
        own.wipe();
    }

    /** Who is master, as far as a backup knows. */
    public Optional<Neighbour> master() {
        return Optional.ofNullable(state.followed().last());
    }

    /** Whether the master we hear would not yield to us: taking over from it would last for one advertisement. */
    public boolean isOutranked() {
        return state.isOutranked(ownAddresses);
    }

    /** Who was heard with a valid advertisement since the start. */
    public Collection<Neighbour> neighbours() {
        return neighbours.all();
    }

    /** As MASTER: somebody who has gone on advertising though we are better, so that it cannot hear us; else null. */
    public @Nullable Neighbour deafMaster(long now) {
        return state.current() == MASTER ? neighbours.deaf(now) : null;
    }

    /** What was counted since the start. */
    public Counters counters() {
        return counters;
    }
}
