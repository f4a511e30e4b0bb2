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

    /** Why the state will be BACKUP when the startupDelay is over; null while no start is delayed. */
    private @Nullable Reason delayedStart;

    /** Since when we know of a slower master that we could preempt; NEVER while there is none. */
    private long slowerSince = NEVER;

    /** Whether a worse master has had its answer since our last regular advertisement. */
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

    /** The master that a backup follows. */
    Followed followed() {
        return followed;
    }

    /**
     * Whether we have stepped down. We then leave a living successor alone, however slow it is; otherwise the step-down
     * would last for one advertisement.
     */
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
     * INIT → BACKUP, unless the startupDelay is still to pass (keepalived's vrrp_startup_delay). Until then nothing is
     * heard and nothing is promoted. The delay counts from the first start, not from each return of the link.
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
        slowerSince = now; // As in keepalived, preempt_delay counts from the start.
        listen(now);
    }

    /** Begins if the delay of the start is over, and goes on waiting if not: an edit may have changed it. */
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
            return false; // We follow nobody, so this is no backup.
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

    /** MASTER → BACKUP, to listen before saying anything. */
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
     * MASTER → BACKUP, because there is a better master. We advertise once more, as ucarp does, so that it announces
     * the addresses: if the link was split until now, the neighbours on our side think that the addresses are ours.
     */
    void yieldTo(Reason reason, Neighbour better, long now) {
        if (own.isLate(now)) {
            counters.count(Counter.lateWakeups); // The packet came before our timer.
        } else {
            own.lastWord(step, reason == Reason.TIE_LOST, now);
        }
        toBackup(reason, now);
        followed.follow(better);
    }

    /**
     * Answers a worse master: tells the link again who has the addresses, and advertises at once to show that we are
     * better. There is one answer for each of our intervals at most, since two masters that both think themselves
     * better must not talk without end.
     */
    void reassert(long now) {
        step.announce();
        if (!answered) {
            advertise(now);
            answered = true;
        }
    }

    /** Waits for a master to speak, for as long as one may be silent. */
    void listen(long now) {
        silence.begin(now);
        waitOn();
    }

    /**
     * Follows the master that spoke. What was heard in one family keeps the timer of that family from running out, not
     * that of the other.
     *
     * @param slower whether we could preempt it. If not, the preemptDelay begins anew with the next one that we could
     */
    void follow(Neighbour speaker, boolean slower, boolean ipv6, long now) {
        if (!slower) {
            slowerSince = NEVER;
        }
        followed.follow(speaker);
        silence.broken(ipv6, now);
        waitOn();
    }

    /** Says in which families a master can be heard from now on. */
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
