// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * The fields of one advertisement, in wire order. Mutable and used again, so that receiving allocates nothing; what is
 * constant on the wire (version, type, length of the authentication data) has no field.
 */
public final class Advertisement {
    int vhid;
    int advskew;
    int demotion;
    int advbase;
    long counter;

    /** 1..255. */
    public int vhid() {
        return vhid;
    }

    /** 1/256 s; 255 only in a bow-out. */
    public int advskew() {
        return advskew;
    }

    /** OpenBSD's carp_demote, 0..255; 0 from everybody else, who neither set nor read it. */
    public int demotion() {
        return demotion;
    }

    /** Seconds. */
    public int advbase() {
        return advbase;
    }

    /** Random or growing, never to be judged: see protocol rules of the three implementations. */
    public long counter() {
        return counter;
    }

    /** advbase and advskew as one number of 1/256 s: the smaller is the better master. */
    int interval() {
        return Settings.interval(advbase, advskew);
    }

    /** The last advertisement of a master that leaves in good order. */
    public boolean isBowOut() {
        return advbase == AdvertisementCodec.BOW_OUT && advskew == AdvertisementCodec.BOW_OUT;
    }

    Advertisement set(int vhid, int advbase, int advskew, int demotion, long counter) {
        this.vhid = vhid;
        this.advskew = advskew;
        this.demotion = demotion;
        this.advbase = advbase;
        this.counter = counter;
        return this;
    }
}
