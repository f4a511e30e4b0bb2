// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.protocol.AdvertisementCodec.BOW_OUT;
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
    /** The highest skew a demoted node sends: FreeBSD and ucarp keep 241..254 out of reach, 255 is the bow-out. */
    private static final int MOST_DEMOTED = 240;

    private final Step step = new Step();
    private final Counters counters = new Counters();
    private final Advertisement heard = new Advertisement();
    private final Advertisement own = new Advertisement();
    private final Neighbours neighbours = new Neighbours();
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final DigestWindow digests;

    private Settings settings;
    private CarpState state = INIT;
    private int demotion;
    private long counter;
    private long deadline = NEVER;

    /** From when on, as MASTER, we cannot have been heard for too long. */
    private long lateAt;

    private @Nullable Neighbour master;

    /** After a step-down a living successor is left alone however slow, or stepping down would mean nothing. */
    private boolean handedOver;

    /** An announcement is due with the next advertisement. */
    private boolean announceAgain;

    /**
     * @param settings what was configured
     * @param digest signs and verifies
     * @param firstCounter where our counter starts: random, and never 0 (OpenBSD takes 0 for its own before its first
     *     advertisement)
     */
    public CarpStateMachine(Settings settings, AdvertisementDigest digest, long firstCounter) {
        this.settings = settings;
        this.digests = new DigestWindow(digest);
        this.counter = firstCounter;
    }

    /** INIT → BACKUP: link, address and everything else is there. Elsewhere it does nothing. */
    public Step start(Reason reason, long now) {
        step.clear();
        if (state == INIT) {
            enter(BACKUP, reason);
            listen(now);
        }
        return step;
    }

    /** Any → INIT, in good order: a master bows out. */
    public Step stop(Reason reason, long now) {
        step.clear();
        if (state == MASTER) {
            bowOut(now);
        }
        return leave(reason);
    }

    /** Any → INIT without a word, because there is no link to say it on. */
    public Step linkDown(Reason reason) {
        step.clear();
        return leave(reason);
    }

    /**
     * MASTER → BACKUP, with a bow-out, so that a backup takes over at once. If none does we are back after our
     * master-down time.
     */
    public Step stepDown(Reason reason, long now) {
        step.clear();
        if (state == MASTER) {
            bowOut(now);
            handedOver = true;
            toBackup(reason, now);
        }
        return step;
    }

    /** BACKUP → MASTER because somebody wants it. */
    public Step takeOver(long now) {
        step.clear();
        if (state == BACKUP) {
            toMaster(Reason.USER_REQUEST, now);
        }
        return step;
    }

    /** MASTER → BACKUP because we cannot have been heard for too long: listen before saying anything. */
    public Step late(long now) {
        step.clear();
        if (state == MASTER) {
            counters.count(Counter.lateWakeups);
            toBackup(Reason.OWN_ADVERTISEMENTS_LATE, now);
        }
        return step;
    }

    /** Time passes. Does nothing before the deadline. */
    public Step tick(long now) {
        step.clear();
        if (deadline == NEVER || now - deadline < 0) {
            return step;
        }
        if (state == BACKUP) {
            toMaster(Reason.MASTER_TIMED_OUT, now);
        } else {
            advertise(now);
        }
        return step;
    }

    /** The sum of all demotions changed. A master tells at once (FreeBSD: carp_demote_adj). */
    public Step demotion(int total, long now) {
        step.clear();
        int before = effectiveAdvskew();
        demotion = total;
        if (state == MASTER && effectiveAdvskew() != before) {
            advertise(now);
        }
        return step;
    }

    /** An edit: the state stays. A master says so at once; a backup waits anew, by the new settings. */
    public Step reconfigure(Settings settings, AdvertisementDigest digest, long now) {
        step.clear();
        this.settings = settings;
        digests.change(digest, settings.digestOverlapNanos(), now);
        handedOver = false;
        if (state == MASTER) {
            advertise(now);
        } else if (state == BACKUP) {
            listen(now);
        }
        return step;
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
        Counter wrong = Screening.refuse(packet, ttl, settings.vhid());
        if (wrong == null && ownAddresses.contains(source)) {
            wrong = Counter.looped;
        }
        if (wrong == null && !digests.verify(packet, now)) {
            wrong = Counter.badauth;
        }
        if (wrong != null) {
            counters.count(wrong);
            return step.refuse(wrong);
        }
        counters.count(source instanceof Inet6Address ? Counter.ipackets6 : Counter.ipackets);
        AdvertisementCodec.decode(packet, heard);
        counter = heard.counter; // As ucarp and FreeBSD: a group counts on together.
        if (heard.isBowOut()) {
            counters.count(Counter.bowOutsReceived);
        }
        judge(source, neighbours.heard(source, heard, now), now);
        return step;
    }

    /** Every rule of carp(4) about an advertisement from somebody else. */
    private void judge(InetAddress source, @Nullable Neighbour from, long now) {
        int theirs = heard.interval();
        int ours = Settings.interval(settings.advbase(), effectiveAdvskew());
        switch (state) {
            case INIT -> {
                // Not taking part.
            }
            case BACKUP -> {
                Neighbour followed = master;
                if (followed != null && followed.interval() < theirs && followed.isLiving(now)) {
                    // Two masters at once, as when several heard a bow-out: the better, whom we follow, settles that.
                } else if (settings.preempt() && !handedOver && ours < theirs) {
                    // carp(4): with preempt set we do not wait for a slower master to die.
                    toMaster(Reason.PREEMPTING_SLOWER_MASTER, now);
                } else if (heard.isBowOut() || (!handedOver && theirs > boundToTimeOut())) {
                    // carp(4): a master that advertises this slowly is as good as down. So is one that bows out.
                    toMaster(Reason.MASTER_WILL_TIME_OUT, now);
                } else {
                    master = from;
                    listen(now);
                }
            }
            case MASTER -> {
                if (theirs < ours) {
                    // carp(4): whoever advertises more frequently is the master.
                    toBackup(Reason.MORE_FREQUENT_ADVERTISEMENT, now);
                    master = from;
                } else if (theirs == ours && !ownAddresses.keepTieAgainst(source)) {
                    // The BSDs always yield a tie; if both did, nobody would be left for a master-down time.
                    counters.count(Counter.ties);
                    toBackup(Reason.TIE_LOST, now);
                    master = from;
                } else if (now - lateAt > 0) {
                    // It may have taken over from us. Claim nothing before we have listened.
                    late(now);
                    master = from;
                } else {
                    // ucarp: it may have told the link that the addresses are its own. Tell it again, now and once
                    // more.
                    step.announce();
                    announceAgain = true;
                }
            }
        }
    }

    /** In 1/256 s: slower than this is as good as down, because our own master-down timer would run out. */
    private int boundToTimeOut() {
        return settings.masterDownInterval(effectiveAdvskew());
    }

    private void toMaster(Reason reason, long now) {
        if (reason == Reason.PREEMPTING_SLOWER_MASTER) {
            counters.count(Counter.preempt);
        }
        counters.count(Counter.becameMaster);
        enter(MASTER, reason);
        master = null;
        handedOver = false;
        lateAt = now;
        advertise(now);
        announceAgain =
                true; // The engine announces when the addresses are bound; this is for the second advertisement.
    }

    private void toBackup(Reason reason, long now) {
        counters.count(Counter.becameBackup);
        enter(BACKUP, reason);
        listen(now);
    }

    private Step leave(Reason reason) {
        if (state != INIT) {
            enter(INIT, reason);
            master = null;
            handedOver = false;
            arm(NEVER);
        }
        return step;
    }

    private void enter(CarpState next, Reason reason) {
        state = next;
        announceAgain = false;
        step.transition(next, reason);
    }

    private void advertise(long now) {
        if (now - lateAt > 0) {
            late(now);
            return;
        }
        send(settings.advbase(), effectiveAdvskew(), now);
        arm(now + settings.intervalNanos(effectiveAdvskew()));
        if (announceAgain) {
            announceAgain = false;
            step.announce();
        }
    }

    private void bowOut(long now) {
        counters.count(Counter.bowOutsSent);
        send(BOW_OUT, BOW_OUT, now);
    }

    private void send(int advbase, int advskew, long now) {
        counter = counter == -1 ? 1 : counter + 1; // 0 is never sent: see the constructor.
        step.send(own.set(settings.vhid(), advbase, advskew, counter), digests.sending(now));
        lateAt = now + settings.lateNanos(effectiveAdvskew());
    }

    /** Waits for a master to speak, as long as one may be silent. */
    private void listen(long now) {
        arm(now + settings.masterDownNanos(effectiveAdvskew()));
    }

    private void arm(long deadline) {
        this.deadline = deadline;
        step.deadline(deadline);
    }

    /** The state now. */
    public CarpState state() {
        return state;
    }

    /** The skew we send and compare by: configured plus demotion, within 0..240 (FreeBSD's DEMOTE_ADVSKEW). */
    public int effectiveAdvskew() {
        return Math.max(0, Math.min(MOST_DEMOTED, settings.advskew() + demotion));
    }

    /** Nanoseconds between two of our advertisements. */
    public long intervalNanos() {
        return settings.intervalNanos(effectiveAdvskew());
    }

    /** What is in force. */
    public Settings settings() {
        return settings;
    }

    /** When {@link #tick} wants to be called; {@link Step#NEVER} if not at all. */
    public long deadline() {
        return deadline;
    }

    /** Who is master, as far as a backup knows. */
    public Optional<Neighbour> master() {
        return Optional.ofNullable(master);
    }

    /** Whether the master we hear would not yield to us: taking over from it would last for one advertisement. */
    public boolean isOutranked() {
        Neighbour living = master;
        if (living == null) {
            return false; // Not a backup either.
        }
        int ours = Settings.interval(settings.advbase(), effectiveAdvskew());
        return living.interval() < ours
                || (living.interval() == ours && !ownAddresses.keepTieAgainst(living.address()));
    }

    /** Who was heard with a valid advertisement since the start. */
    public Collection<Neighbour> neighbours() {
        return neighbours.all();
    }

    /** What was counted since the start. */
    public Counters counters() {
        return counters;
    }
}
