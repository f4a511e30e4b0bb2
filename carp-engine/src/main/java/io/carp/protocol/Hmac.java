// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** HMAC (RFC 2104) with one key. It allocates nothing, which is why it is not {@code javax.crypto.Mac}. */
final class Hmac {
    /** Bytes of a code with SHA-1. */
    static final int SHA1_LENGTH = 20;

    /** Bytes of a code with SHA-256. */
    static final int SHA256_LENGTH = 32;

    /** Bytes of the longest key: both functions work by blocks of this length. */
    static final int MAX_KEY = 64;

    private final MessageDigest hash;
    private final int length;
    private final byte[] inner = new byte[MAX_KEY];
    private final byte[] outer = new byte[MAX_KEY];

    private Hmac(String algorithm, int length, byte[] key) {
        try {
            hash = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
        this.length = length;
        Arrays.fill(inner, (byte) 0x36);
        Arrays.fill(outer, (byte) 0x5c);
        for (int i = 0; i < key.length; i++) {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }
    }

    /** @param key at most 64 bytes; shorter ones count as filled up with zeros */
    static Hmac sha1(byte[] key) {
        return new Hmac("SHA-1", SHA1_LENGTH, key);
    }

    /** @param key at most 64 bytes; shorter ones count as filled up with zeros */
    static Hmac sha256(byte[] key) {
        return new Hmac("SHA-256", SHA256_LENGTH, key);
    }

    boolean hasSameKeyAs(Hmac other) {
        return MessageDigest.isEqual(inner, other.inner);
    }

    /** Removes every trace of the key. Codes computed afterwards mean nothing. */
    void wipe() {
        Arrays.fill(inner, (byte) 0);
        Arrays.fill(outer, (byte) 0);
        hash.reset();
    }

    /** Computes the code of the first {@code bytes} of the message into {@code code}, which has its length. */
    void compute(byte[] message, int bytes, byte[] code) {
        try {
            hash.update(inner);
            hash.update(message, 0, bytes);
            hash.digest(code, 0, length);
            hash.update(outer);
            hash.update(code, 0, length);
            hash.digest(code, 0, length);
        } catch (DigestException e) {
            throw new IllegalStateException("the buffer is long enough", e);
        }
    }
}
