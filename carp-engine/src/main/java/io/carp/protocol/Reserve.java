// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.nio.ByteBuffer;

/**
 * Advertisements of a MASTER that are signed ahead, for somebody who sends them while this process stands still. The last
 * of them is the bow-out: a process that stands still for longer hands over. They are good for a second, since their
 * counters are times, and only while what they say is true.
 */
public final class Reserve {
    private static final long GOOD_NANOS = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;
    private static final long MINUTE = 60 * GOOD_NANOS;

    private final OwnAdvertisements own;
    private final MachineState state;
    private final Counters counters;
    private final Step step;

    /** What was signed last, and what before that. */
    private Block present = new Block();

    private Block former = new Block();
    private long signedAt;
    private long version;
    private boolean handedOver;

    /** Which one the following is about. */
    private long mastership;

    // What is judged together: since when, how many were relayed, and how many were our own before
    private boolean begun;
    private long begin;
    private int relayed;
    private long ownBefore;
    private boolean stumbles;

    /** Advertisements that were signed together: their counters are times. */
    private static final class Block {
        private int count;
        private long firstMillis;
        private long intervalMillis;

        long millis(int k) {
            return firstMillis + k * intervalMillis;
        }
    }

    Reserve(OwnAdvertisements own, MachineState state, Counters counters, Step step) {
        this.own = own;
        this.state = state;
        this.counters = counters;
        this.step = step;
    }

    /**
     * How many advertisements last for that time, with the bow-out; 0 if that is not longer than peers wait anyhow: then
     * nothing would be won.
     */
    public int count(long toleranceNanos) {
        boolean useful = toleranceNanos > own.lateNanos();
        return useful ? (int) Math.min(Short.MAX_VALUE, toleranceNanos / own.intervalNanos()) : 0;
    }

    /**
     * Signs as many as there is room for, in place of those before.
     *
     * @param packets written from its position to its limit, one behind the other; the position stays
     * @param slackNanos how much longer than an interval the first one waits
     */
    public void sign(ByteBuffer packets, long slackNanos, long now) {
        int length = length(now);
        if (mastership != counters.get(Counter.becameMaster)) {
            mastership = counters.get(Counter.becameMaster);
            handedOver = false;
            begun = false;
            relayed = 0;
        }
        Block next = former;
        former = present;
        present = next;
        next.count = packets.remaining() / length;
        next.firstMillis = own.time().ahead(now + GOOD_NANOS + own.intervalNanos() + slackNanos);
        next.intervalMillis = Math.max(1, (own.intervalNanos() + MILLISECOND - 1) / MILLISECOND);
        signedAt = now;
        version = own.version();
        int start = packets.position();
        int end = packets.limit();
        for (int k = 0; k < next.count; k++) {
            packets.limit(end).position(start + k * length);
            own.write(packets, k == next.count - 1, TimedCounter.of(next.millis(k)), now);
        }
        packets.limit(end).position(start);
    }

    /** Bytes of each of them, if they were signed now. */
    public int length(long now) {
        return own.length(now);
    }

    /** Whether they are to be signed anew. */
    public boolean isOutdated(long now) {
        return present.count == 0
                || now - signedAt >= GOOD_NANOS
                || version != own.version()
                || own.time().ahead(now) >= present.firstMillis;
    }

    /**
     * Takes note that some of them were sent while this process stood still. To peers we have not been silent.
     *
     * @param from how many were known to have left before
     * @param to how many have
     * @param lastNanos when the last one of them left, or a little earlier
     */
    public void left(int from, int to, long lastNanos) {
        left(present, from, to, lastNanos);
    }

    /** The same of those that were signed before the present ones. */
    public void leftBefore(int from, int to, long lastNanos) {
        left(former, from, to, lastNanos);
    }

    private void left(Block block, int from, int to, long lastNanos) {
        own.relayed(block.millis(to - 1), lastNanos);
        for (int k = from; k < to; k++) {
            counters.count(Counter.relayed);
        }
        relayed += to - from;
        counters.count(Counter.relayedPauses);
        handedOver |= to >= block.count;
    }

    /**
     * Judges a pause that is over. A MASTER is one no longer if its bow-out has left, or if more than half of its
     * advertisements of a minute were not its own: then this process does not run, but stumble.
     */
    public Step afterPause(long now) {
        step.clear();
        stumbles = false;
        if (state.current() != CarpState.MASTER) {
            return step;
        }
        boolean over = handedOver;
        handedOver = false;
        if (over) {
            counters.count(Counter.bowOutsSent);
            state.late(now);
        } else if (isMostRelayed(now)) {
            stumbles = true;
            state.bowOut(now);
            state.handedOver(true);
            state.toBackup(Reason.OWN_ADVERTISEMENTS_LATE, now);
        }
        return step;
    }

    /** Whether the last pause ended the mastership though none of its advertisements was missing. */
    public boolean stumbles() {
        return stumbles;
    }

    private boolean isMostRelayed(long now) {
        boolean over = begun && now - begin >= MINUTE;
        boolean most = over && relayed > own.sent() - ownBefore;
        if (over || !begun) {
            begun = true;
            begin = now;
            relayed = 0;
            ownBefore = own.sent();
        }
        return most;
    }
}
