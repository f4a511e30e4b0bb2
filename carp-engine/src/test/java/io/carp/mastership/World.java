// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.script.ScriptContext;
import io.carp.script.Scripts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One machine, and the world that it acts on: what really is bound, registered and told. Whatever it decides is checked
 * against what must hold always. One thread; time is a number.
 */
final class World {
    static final long SECOND = 1_000_000_000L;
    private static final String CONSUMERS = "consumers";
    static final long OVERLAP = SECOND / 200;
    static final long NOBODY_SPEAKS = SECOND / 10;

    /** What a worker is doing; null while idle. */
    final Map<String, @Nullable Deed> working = new LinkedHashMap<>();

    /** What the worker of the consumers does, if nobody should wait for it any more. */
    @Nullable
    Deed overdue;

    /** What was given up, and has not come back. */
    final List<Deed> stuck = new ArrayList<>();

    final List<String> wrong = new ArrayList<>();
    final MastershipMachine machine;
    private final boolean hooks;
    long now = 42;
    private long deadline = Decision.NEVER;
    private CarpState state = BACKUP;
    private int promotions;
    private long promotedAt;
    boolean givingUp;
    boolean leaveSaid;
    private boolean idle;

    /** Until then a lost address may wait for its successor. */
    private long mayWait;

    private final Facts is = new Facts();

    World(MastershipSettings settings, boolean hooks) {
        this.hooks = hooks;
        machine = new MastershipMachine(settings);
        machine.hooks(hooks);
        for (String worker : List.of("addresses", CONSUMERS, "scripts")) {
            working.put(worker, null);
        }
        decide();
    }

    CarpState state() {
        return state;
    }

    int promotions() {
        return promotions;
    }

    boolean hasDeadline() {
        return deadline != Decision.NEVER;
    }

    Decision promote() {
        promotions++;
        promotedAt = now;
        is.promoted();
        Saying.Event event = event(BACKUP, MASTER, Reason.MASTER_TIMED_OUT);
        state = MASTER;
        machine.promote(event, now);
        return decide();
    }

    /** To nobody: the link is gone. */
    Decision lose() {
        return lose(Reason.LINK_DOWN, 0);
    }

    /** To a better master. */
    Decision yield() {
        return lose(Reason.MORE_FREQUENT_ADVERTISEMENT, OVERLAP);
    }

    private Decision lose(Reason why, long wait) {
        state = BACKUP;
        mayWait = now + wait;
        machine.lose(event(MASTER, BACKUP, why), now);
        return decide();
    }

    /** Somebody else advertises. */
    Decision succeed() {
        mayWait = Math.min(mayWait, now + OVERLAP);
        machine.succeeded(now);
        return decide();
    }

    boolean handsOver() {
        return machine.isHandingOver();
    }

    Decision giveUp() {
        givingUp = true;
        machine.giveUp(new ScriptContext("web", 7, "eth0", state, BACKUP, Reason.USER_REQUEST), now);
        return decide();
    }

    /** Whoever was told to leave does: the state changes if it still can. */
    Decision leave() {
        leaveSaid = false;
        givingUp = false;
        if (state == MASTER) {
            state = BACKUP;
            mayWait = now + NOBODY_SPEAKS;
            machine.lose(event(MASTER, BACKUP, Reason.USER_REQUEST), now);
        }
        machine.left();
        return decide();
    }

    /** Whoever was told to leave finds that it cannot. */
    Decision stay() {
        leaveSaid = false;
        givingUp = false;
        machine.left();
        return decide();
    }

    Decision edit(Scripts scripts) {
        machine.configure(Given.settings(scripts), now);
        return decide();
    }

    Decision report(String worker, @Nullable Throwable failure) {
        Deed deed = Objects.requireNonNull(working.get(worker), "it has nothing to report");
        working.put(worker, null);
        overdue = worker.equals(CONSUMERS) ? null : overdue;
        is.done(deed, failure);
        machine.report(deed, failure, now);
        return decide();
    }

    /** The worker of the consumers is given up: what it was to do counts as done. */
    Decision abandon() {
        Deed deed = Objects.requireNonNull(overdue, "nobody is overdue");
        overdue = null;
        working.put(CONSUMERS, null);
        stuck.add(deed);
        is.done(deed, null);
        machine.abandon();
        return decide();
    }

    /** The first one that was given up comes back. */
    Decision comeBack() {
        machine.report(stuck.remove(0), null, now);
        return decide();
    }

    Decision pass() {
        now = deadline;
        return decide();
    }

    Decision pass(long nanos) {
        now += nanos;
        return decide();
    }

    private Decision decide() {
        Decision decision = machine.decide(now);
        deadline = decision.deadline();
        idle = decision.idle();
        decision.say().forEach(this::heard);
        begin("addresses", decision.addresses());
        begin(CONSUMERS, decision.consumers());
        begin("scripts", decision.scripts());
        check(deadline != Decision.NEVER && deadline - now <= 0, "it asks to be woken at once, for ever");
        boolean lost = state != MASTER;
        boolean late = now >= mayWait || (state == MASTER && is.bound != promotions);
        check(
                (lost || is.bound != promotions) && is.bound != 0 && late && working.get("addresses") == null,
                "a lost address is not being released");
        check(lost && is.registered != 0 && working.get(CONSUMERS) == null, "Mastership stays registered on a BACKUP");
        return decision;
    }

    private void begin(String worker, @Nullable Deed deed) {
        if (deed == null) {
            return;
        }
        check(working.get(worker) != null, deed + " for a worker that is busy with " + working.get(worker));
        working.put(worker, deed);
        boolean begins = deed instanceof Deed.Acquire || deed instanceof Deed.Register;
        check(begins && stuck.size() >= Stuck.MOST, deed + " though so many hang");
        if (deed instanceof Deed.Bind bind) {
            check(is.bound != 0, "bound twice");
            check(state != MASTER || bind.mastership() != promotions, "bound though lost");
            check(
                    hooks && is.acquired != promotions && now - promotedAt < 5 * SECOND,
                    "bound before the hooks have had their say");
        } else if (deed instanceof Deed.Unbind unbind) {
            check(is.bound != unbind.mastership(), "unbound what was not bound");
        } else if (deed instanceof Deed.Announce) {
            check(is.bound != promotions || state != MASTER, "announced though lost");
        } else if (deed instanceof Deed.Register register) {
            check(state != MASTER || register.mastership() != promotions, "registered though lost");
        }
        String how = is.begins(deed);
        check(!how.isEmpty(), how);
    }

    private void heard(Saying saying) {
        String told = is.heard(saying);
        check(!told.isEmpty(), told);
        if (saying instanceof Saying.Leave) {
            check(!givingUp || leaveSaid, "told to leave though nobody asked");
            leaveSaid = true;
        } else if (saying instanceof Saying.Overdue late) {
            check(!late.deed().equals(working.get(CONSUMERS)), late + " though it does something else");
            overdue = late.deed();
        }
    }

    private void check(boolean failed, String how) {
        wrong.addAll(failed ? List.of(how) : List.of());
    }

    /** Lets everything that is under way end well. */
    void rest(Consumer<Decision> witness) {
        int steps = 0;
        for (boolean moved = true; moved; steps++) {
            moved = false;
            if (steps > 100) {
                wrong.add("it never comes to rest");
                return;
            }
            for (String worker : working.keySet()) {
                if (working.get(worker) != null) {
                    witness.accept(report(worker, null));
                    moved = true;
                }
            }
            if (leaveSaid) {
                witness.accept(leave());
                moved = true;
            }
            if (!moved && hasDeadline()) {
                witness.accept(pass());
                moved = true;
            }
        }
    }

    /** The same, and then everything has to be as it should. */
    void settle() {
        rest(decision -> {});
        boolean serves = state == MASTER && !is.bindFailed && !is.refused;
        check(!idle, "at rest it says that it is not");
        check(givingUp, "at rest somebody still waits to leave");
        boolean inPart = is.bindFailed && state == MASTER;
        check(!inPart && (is.bound == promotions && is.bound != 0) != serves, "at rest: bound " + is.bound);
        boolean full = stuck.size() >= Stuck.MOST && is.registered == 0;
        check(
                !full && (is.registered == promotions && is.registered != 0) != serves,
                "at rest: registered " + is.registered);
        check(is.toldBegun != promotions, "at rest " + is.toldBegun + " beginnings of " + promotions + " were told");
        check(
                is.toldEnded != (state == MASTER ? promotions - 1 : promotions),
                "at rest " + is.toldEnded + " ends were told");
    }

    private Saying.Event event(CarpState from, CarpState to, Reason why) {
        return new Saying.Event(Given.host(to), from, to, why, Instant.EPOCH);
    }

    /** What tells two of them apart: facts, wish, and how long everything has still to wait. */
    @Override
    public String toString() {
        return state + " " + givingUp + leaveSaid + " " + (deadline == Decision.NEVER ? "" : deadline - now) + " "
                + machine + " " + Math.max(0, mayWait - now) + " " + is.bound + is.registered + is.acquired
                + is.bindFailed + is.refused + (overdue != null);
    }
}
