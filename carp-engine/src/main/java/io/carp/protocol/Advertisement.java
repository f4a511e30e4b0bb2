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

    /** OpenBSD's carp_demote, 0..255. All other implementations send 0 and do not read it. */
    public int demotion() {
        return demotion;
    }

    /** Seconds. */
    public int advbase() {
        return advbase;
    }

    /**
     * What a number means here depends on its sender: the BSDs' and ucarp's tell nothing, ours are a time ({@link
     * TimedCounter}).
     */
    public long counter() {
        return counter;
    }

    /** advbase and advskew as one number of 1/256 s: the smaller is the better master. */
    int interval() {
        return Settings.interval(advbase, advskew);
    }

    /** Whether this is the last advertisement of a master that leaves in good order. */
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
