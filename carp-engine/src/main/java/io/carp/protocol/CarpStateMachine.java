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
 * One virtual host on one node: the rules of carp(4) and nothing else. The package says what the caller has to do.
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
    private final Election election;
    private final Reserve reserve;

    /**
     * @param settings what was configured
     * @param digest signs and verifies. It belongs to the machine now, which wipes it when it is no longer needed
     * @param clockAtZero what the wall clock shows at the time 0 of the inputs, in milliseconds since 1970. The
     *     counters of our advertisements start there, so that they go on growing over a restart
     */
    public CarpStateMachine(Settings settings, AdvertisementDigest digest, long clockAtZero) {
        this.own = new OwnAdvertisements(settings, digest, clockAtZero, ownAddresses);
        this.screening = new Screening(own, ownAddresses, neighbours, counters);
        this.state = new MachineState(step, counters, own);
        this.election = new Election(state, own, ownAddresses, counters);
        this.reserve = new Reserve(own, state, counters, step);
    }

    /**
     * INIT → BACKUP, because everything is there; in other states nothing happens. A {@code startupDelay} has to pass
     * first, and then a {@link #tick} does it.
     */
    public Step start(Reason reason, long now) {
        step.clear();
        if (state.current() == INIT) {
            state.begin(reason, now);
        }
        return step;
    }

    /** Any → INIT in good order, so a master bows out. */
    public Step stop(Reason reason, long now) {
        step.clear();
        if (state.current() == MASTER) {
            state.bowOut(now);
        }
        state.leave(reason);
        return step;
    }

    /** Any → INIT without a bow-out, because there is no link to send it on. */
    public Step linkDown(Reason reason) {
        step.clear();
        state.leave(reason);
        return step;
    }

    /**
     * MASTER → BACKUP with a bow-out, so that a backup takes over at once. If none does, we are back after our
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

    /** MASTER → BACKUP because our peers cannot have heard us for too long. We listen before we say anything. */
    public Step late(long now) {
        step.clear();
        if (state.current() == MASTER) {
            state.late(now);
        }
        return step;
    }

    /** Lets time pass. Before the deadline nothing happens. */
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

    /** Takes the new sum of all demotions. A master advertises it at once (FreeBSD: carp_demote_adj). */
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
     * Takes an edit; the state stays. A master advertises at once; a backup waits anew, by the new settings. An edit
     * that changes nothing restarts no timer. The digest belongs to the machine now, which wipes the former one.
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

    /** Says in which families advertisements can be heard now; one that cannot be heard is not silent. */
    public Step families(boolean ipv4, boolean ipv6, long now) {
        step.clear();
        state.families(ipv4, ipv6, now);
        return step;
    }

    /** Says when a master advertises from now on, if it does not advertise by itself alone. */
    public void rhythm(AdvertisementSchedule rhythm) {
        state.rhythm(rhythm);
    }

    /** Says from which address our advertisements leave now; null if there is none of that family. */
    public void source(boolean ipv6, @Nullable InetAddress source) {
        ownAddresses.set(ipv6, source);
    }

    /**
     * Takes a packet that arrived. If anything is wrong with it, that is counted once and touches no timer.
     *
     * @param source the source address of the packet
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
        screening.read(source, packet, heard, step, now);
        if (heard.isBowOut()) {
            counters.count(Counter.bowOutsReceived);
        } else {
            step.hearMaster();
        }
        Neighbour from = neighbours.heard(source, heard, now);
        election.judge(from, heard, source instanceof Inet6Address, now);
        return step;
    }

    /** The state now. */
    public CarpState state() {
        return state.current();
    }

    /** The skew that we send and compare by. */
    public int effectiveAdvskew() {
        return own.effectiveAdvskew();
    }

    /** Nanoseconds between two of our advertisements. */
    public long intervalNanos() {
        return own.intervalNanos();
    }

    /** The settings in force. */
    public Settings settings() {
        return own.settings();
    }

    /** When {@link #tick} wants to be called; {@link Step#NEVER} if not at all. */
    public long deadline() {
        return step.deadline();
    }

    /** Wipes all keys. This ends the machine: it can neither sign nor accept anything from then on. */
    public void wipe() {
        own.wipe();
    }

    /** The master, as far as a backup knows it. */
    public Optional<Neighbour> master() {
        return Optional.ofNullable(state.followed().last());
    }

    /** Whether the master that we hear would not yield to us. */
    public boolean isOutranked() {
        return state.isOutranked(ownAddresses);
    }

    /** The nodes that were heard with a valid advertisement since the start. */
    public Collection<Neighbour> neighbours() {
        return neighbours.all();
    }

    /** A node that goes on advertising though we are MASTER and better, so that it cannot hear us; else null. */
    public @Nullable Neighbour deafMaster(long now) {
        return state.current() == MASTER ? neighbours.deaf(now) : null;
    }

    /** What can be said for us while we stand still. */
    public Reserve reserve() {
        return reserve;
    }

    /** How far sealed advertisements have come. */
    public SealMarks marks() {
        return own.marks();
    }

    /** What was counted since the start. */
    public Counters counters() {
        return counters;
    }
}
