// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.VirtualHost;
import io.carp.config.StartOptions;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Reserve;
import io.carp.report.Findings;
import io.carp.report.StatusReport;
import io.carp.spi.Loop;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps advertisements in reserve for as long as the virtual host is MASTER: the relays of its ports send them while this
 * process stands still, and it takes note of them when it goes on. Each advertisement of its own puts them off. Loop thread
 * only; allocates nothing from one advertisement to the next.
 */
final class RelayCare {
    private static final String CODE = "relay";
    static final String STUMBLES = "pauses";
    private static final String NOTHING_ADVERTISES =
            "pauseTolerance: a pause of this Java process can cost the mastership, for nothing advertises meanwhile: ";

    /** How much longer than an interval they wait: a tenth of it, within these bounds. */
    private static final long LEAST_SLACK = TimeUnit.MILLISECONDS.toNanos(4);

    private static final long MOST_SLACK = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long AGAIN = 10 * SECOND;
    private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

    private final CarpStateMachine machine;
    private final Reserve reserve;
    private final Relays relays;
    private final HeldAddresses held;
    private final Loop loop;
    private final StatusReport report;
    private final Findings findings;
    private final Supplier<VirtualHost> snapshot;

    private long tolerance;
    private boolean wanted;
    private ByteBuffer packets = NONE;

    private boolean armed;
    /** Which of them was armed as the first one. */
    private int offset;

    private int count;
    /** Bytes of each. */
    private int length;

    private long first;
    private long interval;
    /** How many were known to have left. */
    private int known;
    /** What is armed does not fit any more. */
    private boolean stale;
    /** A pause has not been judged yet. */
    private boolean unjudged;

    private long refusedAt;
    private boolean refused;

    RelayCare(
            CarpStateMachine machine,
            FamilyPorts ports,
            HeldAddresses held,
            Loop loop,
            StatusReport report,
            Findings findings,
            Supplier<VirtualHost> snapshot) {
        this.machine = machine;
        this.reserve = machine.reserve();
        this.relays = new Relays(ports);
        this.held = held;
        this.loop = loop;
        this.report = report;
        this.findings = findings;
        this.snapshot = snapshot;
    }

    /** Says how long a pause may last from now on. */
    void tolerate(StartOptions start) {
        tolerance = TimeUnit.SECONDS.toNanos(start.pauseToleranceSeconds());
        wanted = start.isPauseToleranceWritten();
        stale = true;
        look();
    }

    /** Says whether this machine can do it, to whom it matters. */
    void look() {
        String why = reserve.count(tolerance) < 2 ? "" : relays.refusal();
        boolean matters = wanted || machine.intervalNanos() < SECOND;
        findings.doubtIf(CODE, why.isEmpty() || !matters ? "" : NOTHING_ADVERTISES + why, snapshot);
        refused = !why.isEmpty();
        refusedAt = loop.nanoTime();
    }

    /** Whether the last mastership ended because this process stood still more than it ran. */
    void stumbles(boolean yes) {
        if (yes) {
            findings.doubt(
                    STUMBLES,
                    "more than half of the advertisements of the last minute left while this Java process stood still, so it"
                            + " stepped down: look at its garbage collection (jstat -gcutil, -Xlog:gc,safepoint)",
                    snapshot);
        }
    }

    /**
     * Takes note of what was sent while this process stood still, before the machine gets another input. Returns whether
     * there is anything to be judged, by {@link Reserve#afterPause}.
     */
    boolean catchUp() {
        if (!armed) {
            return false;
        }
        int left = relays.left();
        if (left > known) {
            long began = first;
            int from = offset;
            // What is left of them is there in case of another pause, but not beside us. One is left out, for it may be
            // under way.
            int after = arm(Math.min(count, from + left + 1), nextFirst());
            note(from + known, from + Math.max(left, after), from, began, interval, false);
            known = 0;
        }
        boolean judge = unjudged;
        unjudged = false;
        return judge;
    }

    /** An advertisement of our own is about to leave. */
    void beforeAdvertisement() {
        if (!armed) {
            return;
        }
        long next = nextFirst();
        boolean inTime = relays.putOff(next);
        if (inTime) {
            first = next;
        }
        stale |= !inTime;
    }

    /** @param left whether an advertisement of our own has left: the lease is renewed by those only, and so is this */
    void afterAdvertisement(boolean left) {
        if (!left) {
            cancel();
            return;
        }
        long now = loop.nanoTime();
        int most = Math.min(reserve.count(Math.min(tolerance, held.outlastsNanos())), relays.most());
        if (armed && !stale && count <= most && relays.isArmed() && !reserve.isOutdated(now)) {
            return;
        }
        if (refused && now - refusedAt < AGAIN) {
            return;
        }
        if (most < 2) {
            cancel();
            return;
        }
        renew(most, now);
    }

    private void renew(int most, long now) {
        int left = armed ? relays.left() : 0;
        if (left > known) {
            note(offset + known, offset + left, offset, first, interval, false);
            known = left;
        }
        length = reserve.length(now);
        if (packets.capacity() < most * length) {
            packets = ByteBuffer.allocateDirect(most * length);
        }
        packets.position(0).limit(most * length);
        reserve.sign(packets, slack(), now);
        int knownBefore = known;
        int offsetBefore = offset;
        long firstBefore = first;
        long intervalBefore = interval;
        boolean armedBefore = armed;
        count = most;
        interval = machine.intervalNanos();
        int after = arm(0, loop.nanoTime() + interval + slack());
        if (armedBefore && after > knownBefore) {
            note(offsetBefore + knownBefore, offsetBefore + after, offsetBefore, firstBefore, intervalBefore, true);
        }
        stale = false;
        known = 0;
        armed = relays.isArmed();
        if (refused || !armed) {
            look();
        }
    }

    /** Takes back what has not left, because this is no regular master any more. */
    void cancel() {
        if (!armed) {
            return;
        }
        int left = relays.cancel();
        armed = false;
        if (left > known) {
            note(offset + known, offset + left, offset, first, interval, false);
        }
        unjudged = false;
        known = 0;
    }

    /** Until when somebody advertises for us though this process does nothing; now, if nobody does. */
    long endsAt() {
        return armed ? first + (count - 1 - offset) * interval : loop.nanoTime();
    }

    private void note(int from, int to, int armedFrom, long armedFirst, long every, boolean formerBlock) {
        long begin = armedFirst + (from - armedFrom) * every;
        long last = armedFirst + (to - 1 - armedFrom) * every;
        if (formerBlock) {
            reserve.leftBefore(from, to, last);
        } else {
            reserve.left(from, to, last);
        }
        unjudged = true;
        report.relayed(begin, last);
        held.advertised(last);
        relays.count(machine.counters(), to - from);
    }

    private int arm(int from, long at) {
        offset = from;
        first = at;
        armed = from < count;
        packets.limit(count * length).position(from * length);
        int left = relays.arm(packets, length, at, interval);
        packets.position(0);
        return left;
    }

    private long nextFirst() {
        return loop.nanoTime() + machine.intervalNanos() + slack();
    }

    private long slack() {
        return Math.max(LEAST_SLACK, Math.min(MOST_SLACK, machine.intervalNanos() / 10));
    }
}
