// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the sealed advertisements of each sender have come, so that none is believed twice. An advertisement is as
 * new as its epoch, and within the epoch as its counter, which is its sequence number. Both are unsigned and only grow.
 *
 * <p>Our own epoch is that of the latest start in the group: above all that was known when we started, and no lower
 * than any that was heard since. So a node that starts is believed whatever its clock shows, and one that has lost its
 * memory and its clock is believed again when it has heard another.
 */
public final class SealMarks {
    /** What a clock may be wrong by without anybody minding. */
    public static final long CLOCK_PATIENCE_MILLIS = 120_000;

    /** Only who has a key makes this grow. */
    private static final int MOST = 256;

    private static final long SECOND_MILLIS = 1000;

    /**
     * How far one sender has come.
     *
     * @param sender the source address
     * @param epoch unsigned
     * @param sequence unsigned; the upper 44 bits are milliseconds since 1970
     */
    public record Mark(InetAddress sender, long epoch, long sequence) {}

    /**
     * All there is to be remembered over a restart.
     *
     * @param epoch our own
     * @param marks those of others
     */
    public record Kept(long epoch, List<Mark> marks) {
        /** For a node that remembers nothing. */
        public static final Kept NOTHING = new Kept(0, List.of());
    }

    private static final class Sender {
        private final byte[] bytes;
        private long epoch;
        private long sequence;

        Sender(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean isBehind(long epoch, long sequence) {
            return isOlder(this.epoch, this.sequence, epoch, sequence);
        }
    }

    private final Map<InetAddress, Sender> senders = new LinkedHashMap<>();
    /** The lowest there is, for who was told of no start. */
    private long epoch = 1;

    private @Nullable InetAddress justHeard;
    private long rises;
    private boolean changed;
    private boolean urgent;

    /**
     * Begins a new epoch, above all that is remembered.
     *
     * @param millis what the wall clock shows now, in milliseconds since 1970
     */
    public void recall(Kept kept, long millis) {
        long highest = kept.epoch();
        for (Mark mark : kept.marks()) {
            Sender sender = sender(mark.sender());
            if (sender.isBehind(mark.epoch(), mark.sequence())) {
                sender.epoch = mark.epoch();
                sender.sequence = mark.sequence();
            }
            highest = later(highest, mark.epoch());
        }
        epoch = later(later(highest + 1, Math.max(0, millis / SECOND_MILLIS)), epoch);
        changed = true;
        urgent = true;
    }

    /** What has to be remembered now. */
    public Kept kept() {
        changed = false;
        urgent = false;
        return new Kept(
                epoch,
                senders.entrySet().stream()
                        .map(each -> new Mark(each.getKey(), each.getValue().epoch, each.getValue().sequence))
                        .toList());
    }

    /** Whether there is anything new since {@link #kept} was asked last. */
    public boolean isChanged() {
        return changed;
    }

    /** Whether that should not wait. */
    public boolean isUrgent() {
        return urgent;
    }

    /** How often our epoch has risen by what was heard. */
    long rises() {
        return rises;
    }

    /** The epoch of what we send. */
    long epoch() {
        return epoch;
    }

    /**
     * Whether an advertisement with a right seal cannot be a new one. A sender that was never heard has to be of a later
     * start than any we know of, or not to be behind the time that we say ourselves. As it hears what we say, it is not
     * behind for long, whatever our clock or its own shows.
     *
     * @param ownMillis the time that an advertisement of ours would have now
     */
    boolean isReplayed(InetAddress source, long epoch, long sequence, long ownMillis) {
        Sender sender = senders.get(source);
        return sender != null
                ? !sender.isBehind(epoch, sequence)
                : Long.compareUnsigned(epoch, this.epoch) <= 0
                        && TimedCounter.millis(sequence) < ownMillis - CLOCK_PATIENCE_MILLIS;
    }

    /** Takes note of a sealed advertisement that is believed. */
    void heard(InetAddress source, long epoch, long sequence, boolean bowsOut) {
        boolean later = isOlder(this.epoch, 0, epoch, 0);
        this.rises += later ? 1 : 0;
        urgent |= bowsOut || !senders.containsKey(source) || later;
        Sender sender = sender(source);
        sender.epoch = epoch;
        sender.sequence = sequence;
        this.epoch = later(this.epoch, epoch);
        justHeard = source;
        changed = true;
    }

    /** Whose sealed advertisement was believed since this was asked last; null for nobody's. */
    public @Nullable InetAddress justHeard() {
        InetAddress answer = justHeard;
        justHeard = null;
        return answer;
    }

    /** The time that the sender said last, in milliseconds since 1970; 0 if it was never heard. */
    public long millis(InetAddress source) {
        Sender sender = senders.get(source);
        return sender == null ? 0 : TimedCounter.millis(sender.sequence);
    }

    /** The bytes of an address; those of a sender that was heard are at hand. */
    byte[] bytes(InetAddress source) {
        Sender sender = senders.get(source);
        return sender == null ? source.getAddress() : sender.bytes;
    }

    /** If there is no room for a new one, it gets the place of the oldest. */
    private Sender sender(InetAddress source) {
        Sender known = senders.get(source);
        if (known != null) {
            return known;
        }
        if (senders.size() == MOST) {
            senders.remove(oldest());
        }
        Sender sender = new Sender(source.getAddress());
        senders.put(source, sender);
        return sender;
    }

    private InetAddress oldest() {
        return senders.entrySet().stream()
                .min((one, other) ->
                        one.getValue().isBehind(other.getValue().epoch, other.getValue().sequence) ? -1 : 1)
                .orElseThrow()
                .getKey();
    }

    private static boolean isOlder(long epoch, long sequence, long thanEpoch, long thanSequence) {
        int epochs = Long.compareUnsigned(epoch, thanEpoch);
        return epochs < 0 || (epochs == 0 && Long.compareUnsigned(sequence, thanSequence) < 0);
    }

    private static long later(long one, long other) {
        return Long.compareUnsigned(one, other) >= 0 ? one : other;
    }
}
