// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.util.Arrays;

/** A key that seals are made with, and its number in the packet. */
public final class SealKey {
    /** Bytes. Fewer can be guessed from what was captured. */
    public static final int MIN_LENGTH = 16;

    /** Bytes. More would be hashed first, and be worth no more. */
    public static final int MAX_LENGTH = Hmac.MAX_KEY;

    /** The greatest number of a key. */
    public static final int MAX_ID = 255;

    private final int id;
    final Hmac hmac;

    /**
     * @param id 0..255
     * @param key 16..64 bytes, taken as they are. The array belongs to the caller, who wipes it
     */
    public SealKey(int id, byte[] key) {
        if (id < 0 || id > MAX_ID || key.length < MIN_LENGTH || key.length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a key of a seal has a number 0.." + MAX_ID + " and " + MIN_LENGTH + ".." + MAX_LENGTH + " bytes");
        }
        this.id = id;
        this.hmac = Hmac.sha256(key);
    }

    int id() {
        return id;
    }

    boolean sameAs(SealKey other) {
        return id == other.id && hmac.hasSameKeyAs(other.hmac);
    }

    /** Removes the key from memory. */
    public void wipe() {
        hmac.wipe();
    }

    static boolean areSame(SealKey[] some, SealKey[] others) {
        return Arrays.equals(some, others, (one, other) -> one.sameAs(other) ? 0 : 1);
    }
}
