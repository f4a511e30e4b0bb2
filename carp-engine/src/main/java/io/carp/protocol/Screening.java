// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a packet, in the order of OpenBSD's carp_proto_input: the checks that need no key come first. */
final class Screening {
    private static final int TTL_OF_OUR_LINK = 255;
    private static final int NO_TTL = -1;

    private final OwnAdvertisements own;
    private final OwnAddresses ownAddresses;

    Screening(OwnAdvertisements own, OwnAddresses ownAddresses) {
        this.own = own;
        this.ownAddresses = ownAddresses;
    }

    /**
     * What is wrong with it, or null. The counter in it is not judged: OpenBSD's never grows, and two masters of ucarp
     * send the same.
     *
     * @param ttl 0..255, or -1 where the transport needs none
     */
    @Nullable
    Counter refuse(InetAddress source, int ttl, ByteBuffer packet, long now) {
        if (ttl != TTL_OF_OUR_LINK && ttl != NO_TTL) {
            return Counter.badttl; // It was routed here: it is not from our link.
        }
        if (!AdvertisementCodec.isLongEnough(packet)) {
            return Counter.badlen;
        }
        if (!AdvertisementCodec.isChecksumRight(packet)) {
            return Counter.badsum;
        }
        if (AdvertisementCodec.version(packet) != AdvertisementCodec.VERSION) {
            return Counter.badver;
        }
        if (AdvertisementCodec.vhid(packet) != own.settings().vhid()) {
            return Counter.badvhid;
        }
        if (ownAddresses.contains(source)) {
            return Counter.looped;
        }
        return own.verify(packet, now) ? null : Counter.badauth;
    }
}
