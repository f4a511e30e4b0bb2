// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** A node heard with a valid advertisement: what it said last, and when. */
public final class Neighbour {
    /** So many of its intervals: it has had as many answers. */
    private static final int DEAF_AFTER = 3;

    private final InetAddress address;
    private int interval;
    private int demotion;
    private long heardAt;

    /** The latest time in its counters, if they are as ours: milliseconds. */
    private long newest = Long.MIN_VALUE;

    /** How many advertisements in a row were as good as ours while we were MASTER. */
    private int ties;

    /** Since when it has said that it is master too, though we are and are no worse; {@link Step#NEVER} if it does not. */
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

    /** When, in the time of the machine's inputs. */
    public long heardAt() {
        return heardAt;
    }

    /** Whether it spoke within its interval and a little more. */
    public boolean isLiving(long now) {
        return now - heardAt <= Math.max(1, interval) * Settings.SKEW_NANOS * 5 / 4;
    }

    boolean isIpv6() {
        return address instanceof Inet6Address;
    }

    /**
     * Its last advertisement was compared with ours.
     *
     * @param bothMasters whether that was one of a master, and we are MASTER
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

    /** Whether it has gone on for so long that it cannot hear us, and has not stopped. */
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

    /** Whether the other one is as good as this one, by what both said last. */
    boolean saysTheSameAs(Neighbour other) {
        return interval == other.interval && demotion == other.demotion;
    }

    int interval() {
        return interval;
    }

    /** The lower address does, as {@link OwnAddresses} has it for our own; addresses of two families do not compare. */
    boolean keepsTieAgainst(InetAddress source) {
        if (address.equals(source)) {
            return false; // Itself; and nothing is allocated for the usual case.
        }
        byte[] ours = address.getAddress();
        byte[] theirs = source.getAddress();
        return ours.length == theirs.length && Arrays.compareUnsigned(ours, theirs) < 0;
    }

    /** As carp(4) writes it. */
    @Override
    public String toString() {
        return address.getHostAddress() + " (advbase " + advbase() + " advskew " + advskew()
                + (demotion == 0 ? "" : " demotion " + demotion) + ")";
    }
}
