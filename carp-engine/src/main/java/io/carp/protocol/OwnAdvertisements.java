// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.BOW_OUT;

import java.nio.ByteBuffer;

/**
 * What this node says: by which settings, how demoted, with which counter, signed by which digest; and from when on it
 * has been silent for too long to say anything more.
 */
final class OwnAdvertisements {
    /** The highest skew a demoted node sends: FreeBSD and ucarp keep 241..254 out of reach, 255 is the bow-out. */
    private static final int MOST_DEMOTED = 240;

    /** What byte 4 has room for; OpenBSD caps the sum of its groups there. */
    private static final int MOST_IN_HEADER = 255;

    private final Advertisement own = new Advertisement();
    private final DigestWindow digests;

    private Settings settings;
    private int demotion;
    private final GroupTime time;

    /** From when on, as MASTER, we cannot have been heard for too long. */
    private long lateAt;

    OwnAdvertisements(Settings settings, AdvertisementDigest digest, GroupTime time) {
        this.settings = settings;
        this.digests = new DigestWindow(digest);
        this.time = time;
    }

    /** Returns whether anything is different from now on. */
    boolean reconfigure(Settings settings, AdvertisementDigest digest, Step step, long now) {
        boolean sameSettings = settings.equals(this.settings);
        this.settings = settings;
        boolean sameDigest = !digests.change(digest, settings.digestOverlapNanos(), now);
        expire(step, now);
        return !sameSettings || !sameDigest;
    }

    /** Wipes the digests of before whose time is over, and says when that has to be done again. */
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
    }

    /** Whether a packet carries a digest of ours. */
    boolean verify(ByteBuffer packet, long now) {
        return digests.verify(packet, now);
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
     * The last one of a master that yields. After a tie it must not look as good as the one it yields to: the BSDs would
     * yield to it in turn.
     */
    void lastWord(Step step, boolean tie, long now) {
        int advskew = Math.min(effectiveAdvskew() + (tie ? 1 : 0), Settings.MOST_ADVSKEW);
        send(step, settings.advbase(), advskew, headerDemotion(), now);
    }

    /**
     * The last one. In the header it is as demoted as can be: OpenBSD's backups with advbase 0 take nothing for bound to
     * time out, only for demoted.
     */
    void bowOut(Step step, long now) {
        int demotion = settings.demotionStyle() == DemotionStyle.HEADER ? MOST_IN_HEADER : 0;
        send(step, BOW_OUT, BOW_OUT, demotion, now);
    }

    private void send(Step step, int advbase, int advskew, int demotion, long now) {
        step.send(own.set(settings.vhid(), advbase, advskew, demotion, time.next(now)), digests.sending(now));
        lateAt = now + settings.lateNanos(effectiveAdvskew());
    }

    /** By which we count. */
    GroupTime time() {
        return time;
    }

    Settings settings() {
        return settings;
    }

    /**
     * The skew we send and compare by: configured plus demotion, within 0..240 whatever the sum (FreeBSD's
     * DEMOTE_ADVSKEW). As configured if the demotion is in the header.
     */
    int effectiveAdvskew() {
        return settings.demotionStyle() == DemotionStyle.HEADER
                ? settings.advskew()
                : within(MOST_DEMOTED, (long) settings.advskew() + demotion);
    }

    /** Byte 4 of what we send: 0 if the demotion is in advskew. */
    int headerDemotion() {
        return settings.demotionStyle() == DemotionStyle.HEADER ? within(MOST_IN_HEADER, demotion) : 0;
    }

    private static int within(int most, long sum) {
        return (int) Math.max(0, Math.min(most, sum));
    }

    /** The smaller is the better master. */
    int rank() {
        return settings.rank(headerDemotion(), Settings.interval(settings.advbase(), effectiveAdvskew()));
    }

    /** How good somebody else is, by our way of judging. */
    int rankOf(Advertisement theirs) {
        return settings.rank(theirs.demotion(), theirs.interval());
    }

    /** As he was when last heard. */
    int rankOf(Neighbour theirs) {
        return settings.rank(theirs.demotion(), theirs.interval());
    }

    /** Whether we judge it by byte 4, and it is worse there. */
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

    /** In 1/256 s: slower than this is as good as down, because our own master-down timer would run out. */
    int boundToTimeOut() {
        return settings.masterDownInterval(effectiveAdvskew());
    }
}
