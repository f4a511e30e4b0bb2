// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** A node heard with a valid advertisement: what it said last, and when. */
public final class Neighbour {
    /** After how many of its intervals it counts as deaf, since it has had as many answers from us. */
    private static final int DEAF_AFTER = 3;

    private final InetAddress address;
    private int interval;
    private int demotion;
    private long heardAt;

    /** The latest time in its counters in milliseconds, if it writes them as we do. */
    private long newest = Long.MIN_VALUE;

    /** How many advertisements in a row were as good as ours while we were MASTER. */
    private int ties;

    /**
     * Since when it has claimed to be master although we are, and we are no worse; {@link Step#NEVER} if it does not.
     */
    private long claimsSince = Step.NEVER;

    Neighbour(InetAddress address) {
        this.address = address;
    }

    void heard(Advertisement advertisement, long now) {
        interval = advertisement.interval();
        demotion = advertisement.demotion();
        heardAt = now;
        if (TimedCounter.isOurs(advertisement.counter)) {
            newest = Math.max(newest, TimedCounter.millis(advertisement.counter));
        }
    }

    long newest() {
        return newest;
    }

    /** The source address. */
    public InetAddress address() {
        return address;
    }

    /** Seconds. */
    public int advbase() {
        return interval >> 8;
    }

    /** 1/256 s. */
    public int advskew() {
        return interval & 0xff;
    }

    /** What OpenBSD calls carp_demote, 0..255. */
    public int demotion() {
        return demotion;
    }

    /** When it was heard last, in the time of the machine's inputs. */
    public long heardAt() {
        return heardAt;
    }

    /** Whether it has spoken within 5/4 of its interval. */
    public boolean isLiving(long now) {
        return now - heardAt <= Math.max(1, interval) * Settings.SKEW_NANOS * 5 / 4;
    }

    boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /**
     * Takes note of how its last advertisement compares with ours.
     *
     * @param bothMasters whether we are MASTER and it claims to be
     * @param worse how much worse it is, 0 for a tie
     */
    void compared(boolean bothMasters, int worse, long now) {
        ties = bothMasters && worse == 0 ? ties + 1 : 0;
        if (!bothMasters || worse < 0) {
            claimsSince = Step.NEVER;
        } else if (claimsSince == Step.NEVER) {
            claimsSince = now;
        }
    }

    /** Whether it is still a master after so long that it cannot be hearing us. */
    boolean isDeaf(long now) {
        long patience = DEAF_AFTER * Math.max(1, interval) * Settings.SKEW_NANOS;
        if (claimsSince != Step.NEVER && now - heardAt > patience) {
            claimsSince = Step.NEVER;
        }
        return claimsSince != Step.NEVER && heardAt - claimsSince >= patience;
    }

    /** How many of its advertisements in a row were ties, up to the last one. */
    int ties() {
        return ties;
    }

    /** Whether the other one is as good as this one, by their last advertisements. */
    boolean saysTheSameAs(Neighbour other) {
        return interval == other.interval && demotion == other.demotion;
    }

    int interval() {
        return interval;
    }

    /**
     * At equal rank the lower address stays master, as in {@link OwnAddresses}. Addresses of two families do not
     * compare, so neither stays.
     */
    boolean keepsTieAgainst(InetAddress source) {
        if (address.equals(source)) {
            return false; // This is the usual case, and it allocates nothing.
        }
        byte[] ours = address.getAddress();
        byte[] theirs = source.getAddress();
        return ours.length == theirs.length && Arrays.compareUnsigned(ours, theirs) < 0;
    }

    /** The words are those of carp(4). */
    @Override
    public String toString() {
        return address.getHostAddress() + " (advbase " + advbase() + " advskew " + advskew()
                + (demotion == 0 ? "" : " demotion " + demotion) + ")";
    }
}
