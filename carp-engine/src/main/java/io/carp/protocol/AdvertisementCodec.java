// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.nio.ByteBuffer;

/**
 * Bytes ⇄ {@link Advertisement}: the 36 bytes behind the IP header, big endian.
 *
 * <pre>
 *   0 version 2, type 1   1 vhid   2 advskew   3 authlen 7   4 demotion   5 advbase   6-7 checksum
 *   8-15 counter   16-35 HMAC-SHA1
 * </pre>
 */
public final class AdvertisementCodec {
    /** Bytes of an advertisement. More may follow, such as a seal; other implementations ignore them. */
    public static final int LENGTH = 36;

    static final int VERSION = 2;
    static final int TYPE = 1;

    /** advbase and advskew of the last advertisement of a master that leaves in good order. */
    static final int BOW_OUT = 255;

    static final int VHID_AT = 1;
    static final int ADVSKEW_AT = 2;
    static final int AUTHLEN_AT = 3;
    static final int DEMOTION_AT = 4;
    static final int ADVBASE_AT = 5;
    static final int CHECKSUM_AT = 6;
    static final int COUNTER_AT = 8;
    static final int DIGEST_AT = 16;

    /** Length of counter and digest in 32-bit words; nobody checks it. */
    private static final int AUTHLEN = 7;

    private AdvertisementCodec() {}

    /** Whether there are enough bytes between position and limit. If not, no other method may be called. */
    public static boolean isLongEnough(ByteBuffer packet) {
        return packet.remaining() >= LENGTH;
    }

    /** The version nibble. No implementation checks the type nibble, since the digest is computed with the constant. */
    public static int version(ByteBuffer packet) {
        return at(packet, 0) >> 4;
    }

    /** The virtual host that the packet is for. */
    public static int vhid(ByteBuffer packet) {
        return at(packet, VHID_AT);
    }

    /** The counter; see {@link TimedCounter}. */
    static long counter(ByteBuffer packet) {
        return packet.getLong(packet.position() + COUNTER_AT);
    }

    /** Whether the checksum is right. It covers the 36 bytes alone, without a pseudo-header, also in IPv6. */
    public static boolean isChecksumRight(ByteBuffer packet) {
        return sum(packet, 0, LENGTH) == 0xffff;
    }

    /** Reads the fields and leaves the packet as it is. */
    public static Advertisement decode(ByteBuffer packet, Advertisement into) {
        into.vhid = vhid(packet);
        into.advskew = at(packet, ADVSKEW_AT);
        into.demotion = at(packet, DEMOTION_AT);
        into.advbase = at(packet, ADVBASE_AT);
        into.counter = counter(packet);
        return into;
    }

    /** Writes the fields, then the digest, then the checksum over both. The packet's position stays where it is. */
    public static void encode(Advertisement advertisement, AdvertisementDigest digest, ByteBuffer packet) {
        int start = packet.position();
        packet.put(start, (byte) (VERSION << 4 | TYPE));
        packet.put(start + VHID_AT, (byte) advertisement.vhid);
        packet.put(start + ADVSKEW_AT, (byte) advertisement.advskew);
        packet.put(start + AUTHLEN_AT, (byte) AUTHLEN);
        packet.put(start + DEMOTION_AT, (byte) advertisement.demotion);
        packet.put(start + ADVBASE_AT, (byte) advertisement.advbase);
        packet.putShort(start + CHECKSUM_AT, (short) 0);
        packet.putLong(start + COUNTER_AT, advertisement.counter);
        digest.sign(packet);
        packet.putShort(start + CHECKSUM_AT, (short) ~sum(packet, 0, LENGTH));
    }

    /**
     * Writes an advertisement to be sent, up to the limit: sealed, if the digest has a seal. What it says of when it is
     * sent is the counter alone, so it may leave later.
     *
     * @param epoch what is sealed with the counter
     * @param from the addresses that it may leave from
     */
    static void write(
            Advertisement advertisement, AdvertisementDigest digest, long epoch, OwnAddresses from, ByteBuffer packet) {
        packet.limit(packet.position() + length(digest));
        encode(advertisement, digest, packet);
        digest.seal().seal(packet, epoch, from);
    }

    /** Bytes of an advertisement that is signed by this digest. */
    static int length(AdvertisementDigest digest) {
        return digest.seal().isMade() ? SealTrailer.END : LENGTH;
    }

    private static int at(ByteBuffer packet, int offset) {
        return packet.get(packet.position() + offset) & 0xff;
    }

    /** The ones' complement sum of the bytes from one offset to another, both of them even. */
    static int sum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        int start = packet.position();
        for (int i = start + from; i < start + to; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return (sum & 0xffff) + (sum >>> 16);
    }
}
