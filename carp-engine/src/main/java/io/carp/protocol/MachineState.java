// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.protocol.Step.NEVER;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import org.jspecify.annotations.Nullable;

/**
 * The state of one machine, and what each state brings with it: what is counted, advertised and waited for. {@link
 * CarpStateMachine} judges when to change it.
 */
final class MachineState {
    private final Step step;
    private final Counters counters;
    private final OwnAdvertisements own;

    private AdvertisementSchedule rhythm = AdvertisementSchedule.ALONE;
    private CarpState current = INIT;
    private long deadline = NEVER;
    private final Followed followed = new Followed();
    private boolean handedOver;
    private final MasterSilence silence = new MasterSilence();

    /** When the virtual host was first ready to start; NEVER before. */
    private long firstReady = NEVER;

    /** Why it will be BACKUP when the delay of the start is over; null while nobody waits for that. */
    private @Nullable Reason delayedStart;

    /** Since when a slower master is known that we could preempt; NEVER while there is none. */
    private long slowerSince = NEVER;

    /** A worse master has had its answer since our last advertisement that was due anyway. */
    private boolean answered;

    MachineState(Step step, Counters counters, OwnAdvertisements own) {
        this.step = step;
        this.counters = counters;
        this.own = own;
    }

    void rhythm(AdvertisementSchedule other) {
        rhythm = other;
    }

    CarpState current() {
        return current;
    }

    long deadline() {
        return deadline;
    }

    /** Whom a backup follows. */
    Followed followed() {
        return followed;
    }

    /** After a step-down a living successor is left alone however slow, or stepping down would mean nothing. */
    boolean handedOver() {
        return handedOver;
    }

    void handedOver(boolean yes) {
        handedOver = yes;
    }

    void toMaster(Reason reason, long now) {
        if (reason == Reason.PREEMPTING_SLOWER_MASTER) {
            counters.count(Counter.preempt);
        }
        counters.count(Counter.becameMaster);
        enter(MASTER, reason);
        followed.nobody();
        handedOver = false;
        own.begin(now);
        advertise(now);
    }

    void toBackup(Reason reason, long now) {
        counters.count(Counter.becameBackup);
        enter(BACKUP, reason);
        listen(now);
    }

    /**
     * INIT → BACKUP, or not yet. keepalived's vrrp_startup_delay: until then nothing is heard and nothing is promoted;
     * it counts from the first start, not from each return of the link.
     */
    void begin(Reason reason, long now) {
        if (firstReady == NEVER) {
            firstReady = now;
        }
        long mayStart = firstReady + own.settings().delays().startupDelayNanos();
        if (now - mayStart < 0) {
            delayedStart = reason;
            arm(mayStart);
            return;
        }
        delayedStart = null;
        enter(BACKUP, reason);
        slowerSince = now; // keepalived: preempt_delay counts from the start.
        listen(now);
    }

    /** Begins after all, if that is due; or waits on, by an edited delay. */
    void beginDelayed(long now) {
        Reason reason = delayedStart;
        if (reason != null) {
            begin(reason, now);
        }
    }

    /** Any → INIT. */
    void leave(Reason reason) {
        delayedStart = null;
        arm(NEVER);
        if (current != INIT) {
            enter(INIT, reason);
            followed.nobody();
            handedOver = false;
        }
    }

    private void enter(CarpState next, Reason reason) {
        current = next;
        slowerSince = NEVER;
        step.transition(next, reason);
    }

    /** Whether the master that a backup follows would not yield to us. */
    boolean isOutranked(OwnAddresses ours) {
        Neighbour living = followed.forTie();
        if (living == null) {
            return false; // Not a backup either.
        }
        int theirs = own.rankOf(living);
        return theirs < own.rank() || (theirs == own.rank() && !ours.keepTieAgainst(living.address()));
    }

    /** Whether the slower master that is heard now has been left alone for long enough. */
    boolean mayPreempt(long now) {
        if (slowerSince == NEVER) {
            slowerSince = now;
        }
        return now - slowerSince >= own.settings().delays().preemptDelayNanos();
    }

    /** MASTER → BACKUP: listen before saying anything. */
    void late(long now) {
        counters.count(Counter.lateWakeups);
        toBackup(Reason.OWN_ADVERTISEMENTS_LATE, now);
    }

    void advertise(long now) {
        if (own.isLate(now)) {
            late(now);
            return;
        }
        own.send(step, now);
        arm(rhythm.next(now, own.intervalNanos()));
        answered = false;
    }

    void bowOut(long now) {
        counters.count(Counter.bowOutsSent);
        own.bowOut(step, now);
    }

    /**
     * MASTER → BACKUP, because a better one is there. It hears of us once more, as from ucarp: if the link was in two
     * until now, neighbours on our side know the addresses as ours, and it has to announce them.
     */
    void yieldTo(Reason reason, Neighbour better, long now) {
        if (own.isLate(now)) {
            counters.count(Counter.lateWakeups); // It was heard before the timer could tell.
        } else {
            own.lastWord(step, reason == Reason.TIE_LOST, now);
        }
        toBackup(reason, now);
        followed.follow(better);
    }

    /**
     * A worse master is there: the link is told again who has the addresses, and it is told at once that we are better.
     * Only one answer for each of our own intervals: two who both think themselves better must not talk without end.
     */
    void reassert(long now) {
        step.announce();
        if (!answered) {
            advertise(now);
            answered = true;
        }
    }

    /** Waits for a master to speak, as long as one may be silent. */
    void listen(long now) {
        silence.begin(now);
        waitOn();
    }

    /**
     * The master spoke: what was heard in one family keeps that family's timer from running out, not the other's.
     *
     * @param slower whether it is one to preempt. If not, the next one that is has the whole delay before it
     */
    void follow(Neighbour speaker, boolean slower, boolean ipv6, long now) {
        if (!slower) {
            slowerSince = NEVER;
        }
        followed.follow(speaker);
        silence.broken(ipv6, now);
        waitOn();
    }

    /** In which families a master can be heard from now on. */
    void families(boolean ipv4, boolean ipv6, long now) {
        silence.families(ipv4, ipv6, now);
        if (current == BACKUP) {
            waitOn();
        }
    }

    private void waitOn() {
        arm(silence.since(own.settings().delays().familyRule()) + own.masterDownNanos());
    }

    private void arm(long deadline) {
        this.deadline = deadline;
        step.deadline(deadline);
    }
}
