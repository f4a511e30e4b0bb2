// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.protocol.Step.NEVER;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.consumers.EventContent;
import io.carp.mastership.Consumers;
import io.carp.mastership.MastershipDriver;
import io.carp.mastership.Saying;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Step;
import io.carp.report.Findings;
import io.carp.report.LogAndEvents;
import io.carp.report.StatusReport;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Loop;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Wakes one state machine in time and performs its steps, always in this order: send, arm the timer, then let the
 * transition take effect. The machine has one step object. While that is being performed, the machine may get no input,
 * not even one that a transport causes while it sends. Loop thread only.
 */
final class StepPerformer {
    private final CarpStateMachine machine;
    private final FamilyPorts ports;
    private final Wakeups wakeups;
    private final HeldAddresses held;
    private final RelayCare relay;
    private final AddressCare addresses;
    private final Loop loop;
    private final MastershipDriver mastership;
    private final StatusReport report;
    private final Findings findings;
    private final LogAndEvents notices;
    private final Supplier<VirtualHost> snapshot;
    private final Masterships masterships;
    private final Masterships.Span span;
    private boolean underWay;
    /** The state that everybody knows of. */
    private CarpState told = INIT;

    private Reason lastReason = Reason.STARTING;

    /** @param snapshot gives the virtual host as it is now */
    StepPerformer(
            CarpStateMachine machine,
            FamilyPorts ports,
            Binding binding,
            AddressCare addresses,
            NodeServices node,
            Consumers consumers,
            MastershipDriver mastership,
            StatusReport report,
            Findings findings,
            Supplier<VirtualHost> snapshot) {
        this.loop = node.loop();
        this.machine = machine;
        this.ports = ports;
        this.wakeups = new Wakeups(loop, this::wake);
        this.held = new HeldAddresses(
                binding, loop, why -> findings.fault(Findings.ADDRESSES, "the binder failed: " + why, snapshot));
        this.relay = new RelayCare(machine, ports, held, loop, report, findings, snapshot);
        this.addresses = addresses;
        this.mastership = mastership;
        this.report = report;
        this.findings = findings;
        this.notices = node.notices();
        this.snapshot = snapshot;
        this.masterships = node.masterships();
        this.span = masterships.begin(consumers);
    }

    private void wake() {
        long now = loop.nanoTime();
        if (machine.deadline() == NEVER) {
            return;
        }
        catchUp();
        if (wakeups.wasSuspended()) {
            of(machine.late(now));
        }
        long late = now - machine.deadline();
        if (late > machine.intervalNanos() / 2 || (late >= 0 && machine.state() == BACKUP)) {
            ports.drain(); // A node that was heard while we slept is alive, or has taken over.
        }
        String lost = held.lost();
        if (machine.state() == MASTER && !lost.isEmpty()) {
            addresses.lapsed(lost);
            return;
        }
        if (late >= 0 && machine.state() == MASTER && !held.mayAdvertise(machine.intervalNanos())) {
            relay.cancel();
            wakeups.arm(held.doubtEnds()); // The machine is asked again then, and has not said what it did not say.
            return;
        }
        of(machine.tick(loop.nanoTime()));
        if (machine.state() == BACKUP) {
            ports.silent(now);
        }
        wakeups.arm(machine.deadline());
    }

    RelayCare relay() {
        return relay;
    }

    /** Takes note of what was sent while this process stood still. Comes before every input of the machine. */
    void catchUp() {
        if (!underWay && relay.catchUp()) {
            Step judged = machine.reserve().afterPause(loop.nanoTime());
            boolean stumbles = machine.reserve().stumbles();
            of(judged);
            relay.stumbles(stumbles);
        }
    }

    /** Ends the wake-ups. */
    void close() {
        relay.cancel();
        wakeups.cancel();
        masterships.end(span);
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Gives the machine an input, and performs what follows. */
    void of(LongFunction<Step> input) {
        catchUp();
        of(input.apply(loop.nanoTime()));
    }

    void of(Step step) {
        underWay = true;
        try {
            if (step.to() != MASTER) {
                relay.cancel(); // Nothing may come behind the word that ends a mastership.
            }
            boolean left = step.sends() && mayLeave(step) && ports.send(step.packet(), step.to() == MASTER);
            report.performed(step, left);
            if (step.sends() && notices.isDebug()) {
                notices.debug("carp: " + EventContent.subsystem(snapshot.get()) + ": " + step.to()
                        + (left ? " has advertised" : " could not advertise") + " (advbase "
                        + machine.settings().advbase() + " advskew " + machine.effectiveAdvskew() + ")");
            }
            if (left && step.to() == MASTER) {
                held.advertised(loop.nanoTime());
            } else if (left && told == MASTER) {
                held.handsOver();
            }
            wakeups.arm(step.deadline());
            wakeups.arm(held.doubtEnds());
            lasts(step.sends());
            boolean sends = step.sends();
            boolean announces = step.announces();
            boolean hearsMaster = step.hearsMaster();
            if (step.changes()) {
                lastReason = step.reason();
            }
            // Not only if this step changes it: what was thrown may have kept the one before from being told.
            if (told != machine.state()) {
                changed(told, machine.state(), lastReason);
            }
            if (announces) {
                mastership.announce();
            }
            if (hearsMaster) {
                mastership.succeeded();
            }
            if (sends && machine.state() == MASTER) {
                relay.afterAdvertisement(left); // At last: signing takes longer than all before.
            }
        } finally {
            underWay = false;
        }
    }

    /**
     * Whatever makes a MASTER speak, its timer or somebody worse: never of addresses that it may not have any more. Nor does a
     * relay then.
     */
    private boolean mayLeave(Step step) {
        if (step.to() != MASTER) {
            return true;
        }
        boolean may = held.mayAdvertise(machine.intervalNanos());
        if (may) {
            relay.beforeAdvertisement();
            held.advertising(machine.intervalNanos());
        } else {
            relay.cancel();
        }
        return may;
    }

    /** Whether it left or not: the machine, too, counts from what it wanted to be sent. */
    private void lasts(boolean advertised) {
        if (machine.state() != MASTER) {
            span.lastsUntil(NEVER);
        } else if (advertised) {
            long late = loop.nanoTime() + machine.settings().lateNanos(machine.effectiveAdvskew());
            span.lastsUntil(Math.max(late, relay.endsAt()));
        }
    }

    private void changed(CarpState from, CarpState to, Reason why) {
        report.transition(from, to, why);
        Saying.Event event = new Saying.Event(snapshot.get(), from, to, why, report.since());
        notices.logTransition(event.host(), from, to, why);
        told = to;
        if (to == MASTER) {
            findings.settled(Findings.BEFORE_ACTION);
            findings.settled(RelayCare.STUMBLES);
            mastership.take(event);
        } else {
            mastership.lose(event);
        }
    }
}
