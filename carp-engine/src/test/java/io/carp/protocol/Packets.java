// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.CHECKSUM_AT;
import static io.carp.protocol.AdvertisementCodec.LENGTH;

import java.nio.ByteBuffer;

/** For tests that send what a well-behaved node would not. */
public final class Packets {
    private Packets() {}

    /** Signs with this digest and puts the checksum right, whatever the other fields say. */
    public static ByteBuffer of(AdvertisementDigest digest, int vhid, int advbase, int advskew, long counter) {
        ByteBuffer packet = ByteBuffer.allocate(LENGTH);
        AdvertisementCodec.encode(new Advertisement().set(vhid, advbase, advskew, 0, counter), digest, packet);
        return packet;
    }

    /** Puts the checksum right after somebody changed a byte: what a forger without the key can do. */
    public static void sum(ByteBuffer packet) {
        packet.putShort(CHECKSUM_AT, (short) 0);
        int sum = 0;
        for (int i = 0; i < LENGTH; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        packet.putShort(CHECKSUM_AT, (short) ~sum);
    }
}
