// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Whether a seal may be believed, reckoned from docs/seal.md and the JDK alone, with none of our code. */
final class BelievedSeal {
    private static final int LENGTH = 102;
    private static final int CODE_END = 100;
    private static final int COVERED = 68;
    private static final byte[] BEGIN = {0x5e, (byte) 0xa1, 1};

    private final byte[] key;
    private final InetAddress virtual;
    private final Map<InetAddress, Newest> newest = new HashMap<>();

    private record Newest(long epoch, long sequence) {}

    /** @param virtual the only virtual IP, of IPv4 */
    BelievedSeal(byte[] key, InetAddress virtual) {
        this.key = key;
        this.virtual = virtual;
    }

    /** Null if a packet whose digest is right may be believed. */
    @Nullable
    Counter refuse(InetAddress source, byte[] packet) {
        if (packet.length < LENGTH || !Arrays.equals(packet, 36, 39, BEGIN, 0, 3)) {
            return Counter.unsealed;
        }
        byte[] address = source.getAddress();
        int at = address.length == 4 ? 48 : 52;
        boolean right = packet[39] == 1
                && Arrays.equals(packet, at, at + address.length, address, 0, address.length)
                && Arrays.equals(packet, COVERED, CODE_END, code(packet), 0, CODE_END - COVERED)
                && sum(packet, LENGTH) % 0xffff == 0;
        if (!right) {
            return Counter.badseal;
        }
        Newest before = newest.get(source);
        Newest now = newest(packet);
        return before != null && compare(now, before) <= 0 ? Counter.replayed : null;
    }

    /** It was believed. */
    void heard(InetAddress source, byte[] packet) {
        newest.put(source, newest(packet));
    }

    private static Newest newest(byte[] packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet);
        return new Newest(bytes.getLong(40), bytes.getLong(8));
    }

    private static int compare(Newest one, Newest other) {
        int epochs = Long.compareUnsigned(one.epoch, other.epoch);
        return epochs == 0 ? Long.compareUnsigned(one.sequence, other.sequence) : epochs;
    }

    /** Puts a right seal there, as far as there is room; epoch and sequence stay. */
    void seal(InetAddress source, byte[] packet) {
        if (packet.length < LENGTH) {
            return;
        }
        System.arraycopy(BEGIN, 0, packet, 36, 3);
        packet[39] = 1;
        byte[] address = source.getAddress();
        System.arraycopy(address, 0, packet, address.length == 4 ? 48 : 52, address.length);
        System.arraycopy(code(packet), 0, packet, COVERED, CODE_END - COVERED);
        int balance = 0xffff - sum(packet, CODE_END) % 0xffff;
        packet[CODE_END] = (byte) (balance >> 8);
        packet[CODE_END + 1] = (byte) balance;
    }

    /** Of the words of the trailer up to there. */
    private static int sum(byte[] packet, int end) {
        int sum = 0;
        for (int i = 36; i < end; i += 2) {
            sum += ((packet[i] & 0xff) << 8) + (packet[i + 1] & 0xff);
        }
        return sum;
    }

    private byte[] code(byte[] packet) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(packet, 0, 6);
            mac.update(new byte[2]); // The checksum.
            mac.update(packet, 8, COVERED - 8);
            mac.update(new byte[] {0, 1});
            mac.update(virtual.getAddress());
            mac.update(new byte[2]); // No IPv6.
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
