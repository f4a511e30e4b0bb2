// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** HMAC-SHA1 (RFC 2104) with one key. It allocates nothing, which is why it is not {@code javax.crypto.Mac}. */
final class HmacSha1 {
    static final int LENGTH = 20;
    private static final int BLOCK = 64;

    private final MessageDigest sha1;
    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];

    /** @param key at most 64 bytes; shorter ones count as filled up with zeros */
    HmacSha1(byte[] key) {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        Arrays.fill(inner, (byte) 0x36);
        Arrays.fill(outer, (byte) 0x5c);
        for (int i = 0; i < key.length; i++) {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }
    }

    boolean hasSameKeyAs(HmacSha1 other) {
        return MessageDigest.isEqual(inner, other.inner);
    }

    /** Removes every trace of the key. Codes computed afterwards mean nothing. */
    void wipe() {
        Arrays.fill(inner, (byte) 0);
        Arrays.fill(outer, (byte) 0);
        sha1.reset();
    }

    /** Computes the code of the first {@code length} bytes of the message into the 20 bytes of {@code code}. */
    void compute(byte[] message, int length, byte[] code) {
        try {
            sha1.update(inner);
            sha1.update(message, 0, length);
            sha1.digest(code, 0, LENGTH);
            sha1.update(outer);
            sha1.update(code, 0, LENGTH);
            sha1.digest(code, 0, LENGTH);
        } catch (DigestException e) {
            throw new IllegalStateException("the buffer is long enough", e);
        }
    }
}
