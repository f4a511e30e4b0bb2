// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.nio.ByteBuffer;

/**
 * The bytes of a seal, behind the 36 of the advertisement, big endian. docs/seal.md has them with test vectors.
 *
 * <pre>
 *   36-37 5e a1   38 version 1   39 key id   40-47 epoch
 *   48-51 the sender's IPv4 address   52-67 its IPv6 address   68-99 HMAC-SHA-256
 *   100-101 what makes the ones' complement sum of the trailer right
 * </pre>
 *
 * Whoever takes the checksum over all that follows the IP header, as tcpdump does, finds it right for that.
 */
final class SealTrailer {
    /** Bytes of an advertisement with its seal. More may follow; nobody reads them. */
    static final int END = 102;

    /** How many bytes of the packet the code covers: all that comes before it. */
    static final int COVERED = 68;

    static final int KEY_ID_AT = 39;
    static final int EPOCH_AT = 40;
    static final int IPV4_AT = 48;
    static final int IPV6_AT = 52;
    static final int CODE_AT = COVERED;
    static final int BALANCE_AT = 100;

    private static final int MARK_AT = AdvertisementCodec.LENGTH;
    private static final short MARK = 0x5ea1;
    private static final int VERSION_AT = 38;
    private static final byte VERSION = 1;

    private SealTrailer() {}

    /** Whether the packet has a seal at all, of the version that we know. */
    static boolean isThere(ByteBuffer packet) {
        int start = packet.position();
        return packet.remaining() >= END
                && packet.getShort(start + MARK_AT) == MARK
                && packet.get(start + VERSION_AT) == VERSION;
    }

    static int keyId(ByteBuffer packet) {
        return packet.get(packet.position() + KEY_ID_AT) & 0xff;
    }

    static long epoch(ByteBuffer packet) {
        return packet.getLong(packet.position() + EPOCH_AT);
    }

    /** Whether the sender says that this is its address. */
    static boolean names(byte[] source, ByteBuffer packet) {
        int at = packet.position() + (source.length == Integer.BYTES ? IPV4_AT : IPV6_AT);
        for (int i = 0; i < source.length; i++) {
            if (packet.get(at + i) != source[i]) {
                return false;
            }
        }
        return true;
    }

    /** Writes what makes the sum of the trailer right, when the rest is there. */
    static void balance(ByteBuffer packet) {
        int sum = AdvertisementCodec.sum(packet, MARK_AT, BALANCE_AT);
        packet.putShort(packet.position() + BALANCE_AT, (short) ~sum);
    }

    static boolean isBalanced(ByteBuffer packet) {
        return AdvertisementCodec.sum(packet, MARK_AT, END) == 0xffff;
    }

    /** Writes all but the code and what comes after it. */
    static void write(ByteBuffer packet, int keyId, long epoch, OwnAddresses from) {
        int start = packet.position();
        packet.putShort(start + MARK_AT, MARK);
        packet.put(start + VERSION_AT, VERSION);
        packet.put(start + KEY_ID_AT, (byte) keyId);
        packet.putLong(start + EPOCH_AT, epoch);
        packet.put(start + IPV4_AT, from.bytes(false));
        packet.put(start + IPV6_AT, from.bytes(true));
    }

    /** What stands for the address of a family that is not spoken. */
    static byte[] none(boolean ipv6) {
        return new byte[ipv6 ? Long.BYTES * 2 : Integer.BYTES];
    }
}
