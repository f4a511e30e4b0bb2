// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.BOW_OUT;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The advertisements of this node: by which settings, how demoted, with which counter, signed by which digest. It also
 * knows when the node has been silent for too long to go on as master.
 */
final class OwnAdvertisements {
    /**
     * The highest skew that a demoted node sends. FreeBSD and ucarp keep 241..254 out of reach, and 255 is the bow-out.
     */
    private static final int MOST_DEMOTED = 240;

    /** The highest value of byte 4, at which OpenBSD caps the sum of its groups. */
    private static final int MOST_IN_HEADER = 255;

    private final Advertisement own = new Advertisement();
    private final DigestWindow digests;

    private Settings settings;
    private int demotion;
    private final GroupTime time;
    private long sent;
    private long version;
    private final OwnAddresses from;
    private final SealMarks marks = new SealMarks();

    /** When a MASTER has been silent for so long that its peers may have taken over. */
    private long lateAt;

    OwnAdvertisements(Settings settings, AdvertisementDigest digest, long clockAtZero, OwnAddresses from) {
        this.settings = settings;
        this.digests = new DigestWindow(digest);
        this.time = new GroupTime(clockAtZero);
        this.from = from;
    }

    /** Returns whether anything is different from now on. */
    boolean reconfigure(Settings settings, AdvertisementDigest digest, Step step, long now) {
        boolean sameSettings = settings.equals(this.settings);
        this.settings = settings;
        boolean sameDigest = !digests.change(digest, settings.digestOverlapNanos(), now);
        expire(step, now);
        boolean same = sameSettings && sameDigest;
        version += same ? 0 : 1;
        return !same;
    }

    /** Wipes the former digests whose time is over, and says when the next one is due. */
    void expire(Step step, long now) {
        digests.expire(now);
        step.expiry(digests.expiry());
    }

    /** Wipes all digests, for good. */
    void wipe() {
        digests.wipe();
    }

    void demotion(int total) {
        demotion = total;
        version++;
    }

    /** How a packet is signed. */
    Signed judge(ByteBuffer packet, InetAddress source, long now) {
        return digests.judge(packet, source, marks, now);
    }

    boolean requiresSeal() {
        return digests.requiresSeal();
    }

    /** How far the sealed advertisements of others have come, and our own epoch. */
    SealMarks marks() {
        return marks;
    }

    /** A new master cannot be late yet. */
    void begin(long now) {
        lateAt = now;
    }

    boolean isLate(long now) {
        return now - lateAt > 0;
    }

    void send(Step step, long now) {
        send(step, settings.advbase(), effectiveAdvskew(), headerDemotion(), now);
    }

    /**
     * The last advertisement of a master that yields. After a tie it must look worse than the one it yields to, since a
     * BSD would yield in turn.
     */
    void lastWord(Step step, boolean tie, long now) {
        int advskew = Math.min(effectiveAdvskew() + (tie ? 1 : 0), Settings.MOST_ADVSKEW);
        send(step, settings.advbase(), advskew, headerDemotion(), now);
    }

    /**
     * The bow-out. With OpenBSD's style byte 4 says as demoted as can be, because to an OpenBSD backup with advbase 0
     * no master is bound to time out; it reacts to the demotion only.
     */
    void bowOut(Step step, long now) {
        send(step, BOW_OUT, BOW_OUT, bowOutDemotion(), now);
    }

    private int bowOutDemotion() {
        return settings.demotionStyle() == DemotionStyle.HEADER ? MOST_IN_HEADER : 0;
    }

    /** Writes one that is not sent now: a regular one, or the bow-out. */
    void write(ByteBuffer packet, boolean bowOut, long counter, long now) {
        int advbase = bowOut ? BOW_OUT : settings.advbase();
        int advskew = bowOut ? BOW_OUT : effectiveAdvskew();
        int demotion = bowOut ? bowOutDemotion() : headerDemotion();
        own.set(settings.vhid(), advbase, advskew, demotion, counter);
        AdvertisementCodec.write(own, digests.sending(now), marks.epoch(), from, packet);
    }

    /** Bytes of one that is written now. */
    int length(long now) {
        return AdvertisementCodec.length(digests.sending(now));
    }

    /** One that was written before has left, with that time as its counter. */
    void relayed(long millis, long leftAt) {
        time.sent(millis, leftAt);
        long late = leftAt + lateNanos();
        lateAt = late - lateAt > 0 ? late : lateAt;
    }

    /** How many were sent since the start. */
    long sent() {
        return sent;
    }

    /** Another number whenever they say something else than before. */
    long version() {
        return version + from.changes() + marks.rises();
    }

    /** Nanoseconds after an advertisement of ours when we have been silent for too long. */
    long lateNanos() {
        return settings.lateNanos(effectiveAdvskew());
    }

    private void send(Step step, int advbase, int advskew, int demotion, long now) {
        sent++;
        Advertisement next = own.set(settings.vhid(), advbase, advskew, demotion, time.next(now));
        step.send(next, digests.sending(now), marks.epoch(), from);
        lateAt = now + lateNanos();
    }

    /** The time that our counters show. */
    GroupTime time() {
        return time;
    }

    Settings settings() {
        return settings;
    }

    /**
     * The skew that we send and compare by: the configured one plus the demotion, within 0..240 whatever the sum
     * (FreeBSD's DEMOTE_ADVSKEW). If the demotion is in the header, it is the configured one.
     */
    int effectiveAdvskew() {
        return settings.demotionStyle() == DemotionStyle.HEADER
                ? settings.advskew()
                : within(MOST_DEMOTED, (long) settings.advskew() + demotion);
    }

    /** Byte 4 of what we send; 0 if the demotion is in advskew. */
    int headerDemotion() {
        return settings.demotionStyle() == DemotionStyle.HEADER ? within(MOST_IN_HEADER, demotion) : 0;
    }

    private static int within(int most, long sum) {
        return (int) Math.max(0, Math.min(most, sum));
    }

    /** How good this node is as a master: the smaller, the better. */
    int rank() {
        return settings.rank(headerDemotion(), Settings.interval(settings.advbase(), effectiveAdvskew()));
    }

    /** How good another node is, by our own demotion style. */
    int rankOf(Advertisement theirs) {
        return settings.rank(theirs.demotion(), theirs.interval());
    }

    /** How good another node was when it was last heard. */
    int rankOf(Neighbour theirs) {
        return settings.rank(theirs.demotion(), theirs.interval());
    }

    /** Whether we judge by byte 4 and the other node is worse there. */
    boolean isMoreDemoted(Advertisement theirs) {
        return settings.demotionStyle() == DemotionStyle.HEADER && theirs.demotion() > headerDemotion();
    }

    /** Nanoseconds between two of our advertisements. */
    long intervalNanos() {
        return settings.intervalNanos(effectiveAdvskew());
    }

    /** Nanoseconds of silence after which the master is down. */
    long masterDownNanos() {
        return settings.masterDownNanos(effectiveAdvskew());
    }

    /**
     * The longest interval of a master in 1/256 s: our own master-down timer would run out before a slower one
     * advertises again.
     */
    int boundToTimeOut() {
        return settings.masterDownInterval(effectiveAdvskew());
    }
}
