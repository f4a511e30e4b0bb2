// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Whether the bytes of a packet may be believed, reckoned from carp(4) and the JDK alone, with none of our code. */
final class Believed {
    private static final int LENGTH = 36;
    private static final int DIGEST = 16;

    private Believed() {}

    /** Null if they may. Source and TTL are judged elsewhere. */
    static @Nullable Counter refuse(ByteBuffer packet, byte[] key, int vhid, InetAddress virtual) {
        byte[] bytes = new byte[packet.remaining()];
        packet.get(packet.position(), bytes);
        if (bytes.length < LENGTH) {
            return Counter.badlen;
        }
        long sum = 0;
        for (int i = 0; i < LENGTH; i += 2) {
            sum += (bytes[i] & 0xff) * 256L + (bytes[i + 1] & 0xff);
        }
        if (sum % 0xffff != 0 || sum == 0) {
            return Counter.badsum;
        }
        if ((bytes[0] & 0xf0) != 0x20) {
            return Counter.badver;
        }
        if ((bytes[1] & 0xff) != vhid) {
            return Counter.badvhid;
        }
        byte[] digest = Arrays.copyOfRange(bytes, DIGEST, LENGTH);
        return Arrays.equals(digest, digest(bytes, key, vhid, virtual)) ? null : Counter.badauth;
    }

    /** Puts digest and checksum right, as far as there is room for them. */
    static void sign(byte[] bytes, byte[] key, int vhid, InetAddress virtual) {
        if (bytes.length >= LENGTH) {
            System.arraycopy(digest(bytes, key, vhid, virtual), 0, bytes, DIGEST, LENGTH - DIGEST);
        }
    }

    /** Puts the checksum right: what a forger without the key can do. */
    static void sum(byte[] bytes) {
        if (bytes.length < LENGTH) {
            return;
        }
        bytes[6] = 0;
        bytes[7] = 0;
        int sum = 0;
        for (int i = 0; i < LENGTH; i += 2) {
            sum += ((bytes[i] & 0xff) << 8) | (bytes[i + 1] & 0xff);
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        bytes[6] = (byte) (~sum >> 8);
        bytes[7] = (byte) ~sum;
    }

    private static byte[] digest(byte[] bytes, byte[] key, int vhid, InetAddress virtual) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            mac.update(new byte[] {2, 1, (byte) vhid}); // Version and type, one byte each.
            mac.update(virtual.getAddress());
            mac.update(bytes, 8, 8);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
