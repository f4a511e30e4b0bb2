// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * The settings of one virtual host that the rules depend on. A value out of range is refused by an {@link
 * IllegalArgumentException} that names the key, the value and what is allowed.
 *
 * @param vhid 1..255
 * @param advbase seconds between advertisements, 0..255; 0 leaves only the skew
 * @param advskew added to advbase, in 1/256 s, 0..254
 * @param preempt whether to take over from a slower living master (carp(4): net.inet.carp.preempt)
 * @param deadRatio how many advbase without an advertisement mean that the master is down, 1..255 (ucarp -r; the BSDs:
 *     3)
 * @param leaseSeconds how long the kernel keeps our addresses without renewal; 0 for ever
 * @param digestOverlapSeconds for how long after an edit of secret or addresses the former digest is accepted, 0..3600
 * @param delays what else the virtual host waits for
 * @param demotionStyle how a demotion is sent and judged
 */
public record Settings(
        int vhid,
        int advbase,
        int advskew,
        boolean preempt,
        int deadRatio,
        int leaseSeconds,
        int digestOverlapSeconds,
        Delays delays,
        DemotionStyle demotionStyle) {
    /** One 1/256 s in nanoseconds: exact. */
    static final long SKEW_NANOS = 1_000_000_000L / 256;

    /** 255 belongs to the bow-out. */
    static final int MOST_ADVSKEW = 254;

    private static final long SECOND = 1_000_000_000L;

    /** Peers reckon their master-down time with this ratio unless they are configured otherwise. */
    private static final int USUAL_DEAD_RATIO = 3;

    public Settings {
        range("vhid", vhid, 1, 255);
        range("advbase", advbase, 0, 255);
        range("advskew", advskew, 0, MOST_ADVSKEW);
        range("deadRatio", deadRatio, 1, 255);
        range("digestOverlap", digestOverlapSeconds, 0, 3600);
    }

    /** With the usual delays, and with the demotion of FreeBSD and ucarp. */
    public Settings(
            int vhid,
            int advbase,
            int advskew,
            boolean preempt,
            int deadRatio,
            int leaseSeconds,
            int digestOverlapSeconds) {
        this(
                vhid,
                advbase,
                advskew,
                preempt,
                deadRatio,
                leaseSeconds,
                digestOverlapSeconds,
                Delays.USUAL,
                DemotionStyle.ADVSKEW);
    }

    static void range(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " = " + value + " is out of range: allowed is " + least + ".." + most);
        }
    }

    /** advbase and a skew as one number in 1/256 s: the smaller, the better the master. */
    static int interval(int advbase, int advskew) {
        return (advbase << 8) + advskew;
    }

    /**
     * How good a master is, as one number: the smaller, the better. OpenBSD's demotion counts more than the interval.
     */
    int rank(int demotion, int interval) {
        return demotionStyle == DemotionStyle.HEADER ? (demotion << 16) + interval : interval;
    }

    /**
     * Nanoseconds between two advertisements with the given skew. As in OpenBSD, 0/0 means 1/256 s, otherwise the
     * sender would never rest.
     */
    public long intervalNanos(int advskew) {
        return Math.max(1, interval(advbase, advskew)) * SKEW_NANOS;
    }

    /**
     * Nanoseconds of silence after which the master is down. The skew is the configured one: a demoted node is worse,
     * not slower to notice (FreeBSD, carp_setrun). With advbase 0 the skew is multiplied instead, as in OpenBSD. The
     * time is always longer than our own interval. Otherwise a demoted node with advbase 0 would promote itself between
     * any two advertisements of a better master.
     */
    long masterDownNanos(int effectiveAdvskew) {
        return Math.max(masterDown(deadRatio), withMargin(effectiveAdvskew));
    }

    /**
     * Nanoseconds after our last advertisement when the peers may have taken over or the kernel may have dropped our
     * addresses, whichever comes first. The time is never shorter than a slightly late timer needs.
     */
    public long lateNanos(int effectiveAdvskew) {
        long patience = masterDown(USUAL_DEAD_RATIO);
        long lease = leaseSeconds == 0 ? Long.MAX_VALUE : leaseSeconds * SECOND;
        return Math.max(Math.min(patience, lease), withMargin(effectiveAdvskew));
    }

    long digestOverlapNanos() {
        return digestOverlapSeconds * SECOND;
    }

    /** What the master-down time would be with this skew, in 1/256 s. */
    int masterDownInterval(int skew) {
        return masterDownInterval(deadRatio, skew);
    }

    /** One interval and a quarter, which a slow link or a late timer may add. */
    private long withMargin(int effectiveAdvskew) {
        return intervalNanos(effectiveAdvskew) * 5 / 4;
    }

    private long masterDown(int ratio) {
        return masterDownInterval(ratio, advskew) * SKEW_NANOS;
    }

    private int masterDownInterval(int ratio, int skew) {
        return advbase == 0 ? ratio * Math.max(1, skew) : interval(advbase * ratio, skew);
    }
}
