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
 * The state, and what goes with each: what is counted, advertised and waited for. Whether to change it is {@link
 * CarpStateMachine}'s to judge.
 */
final class Role {
    private final Step step;
    private final Counters counters;
    private final OwnAdvertisements own;

    private CarpState state = INIT;
    private long deadline = NEVER;
    private @Nullable Neighbour master;
    private boolean handedOver;

    /** An announcement is due with the next advertisement. */
    private boolean announceAgain;

    Role(Step step, Counters counters, OwnAdvertisements own) {
        this.step = step;
        this.counters = counters;
        this.own = own;
    }

    CarpState state() {
        return state;
    }

    long deadline() {
        return deadline;
    }

    /** Whom a backup follows. */
    @Nullable
    Neighbour master() {
        return master;
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
        master = null;
        handedOver = false;
        own.begin(now);
        advertise(now);
        announceAgain =
                true; // The engine announces when the addresses are bound; this is for the second advertisement.
    }

    void toBackup(Reason reason, long now) {
        counters.count(Counter.becameBackup);
        enter(BACKUP, reason);
        listen(now);
    }

    /** INIT → BACKUP. */
    void begin(Reason reason, long now) {
        enter(BACKUP, reason);
        listen(now);
    }

    /** Any → INIT. */
    void leave(Reason reason) {
        if (state != INIT) {
            enter(INIT, reason);
            master = null;
            handedOver = false;
            arm(NEVER);
        }
    }

    private void enter(CarpState next, Reason reason) {
        state = next;
        announceAgain = false;
        step.transition(next, reason);
    }

    /** From now on that one is the master to wait for. */
    void follow(@Nullable Neighbour better) {
        master = better;
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
        arm(now + own.intervalNanos());
        if (announceAgain) {
            announceAgain = false;
            step.announce();
        }
    }

    void bowOut(long now) {
        counters.count(Counter.bowOutsSent);
        own.bowOut(step, now);
    }

    /** Now, and once more with the next advertisement. */
    void announceTwice() {
        step.announce();
        announceAgain = true;
    }

    /** Waits for a master to speak, as long as one may be silent. */
    void listen(long now) {
        arm(now + own.masterDownNanos());
    }

    private void arm(long deadline) {
        this.deadline = deadline;
        step.deadline(deadline);
    }
}
