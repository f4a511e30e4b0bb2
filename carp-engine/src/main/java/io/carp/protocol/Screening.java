// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What can be wrong with a packet that no key is needed to see, in the order of OpenBSD's carp_proto_input. */
final class Screening {
    private static final int TTL_OF_OUR_LINK = 255;
    private static final int NO_TTL = -1;

    private Screening() {}

    /**
     * What is wrong with it, or null. The counter in it is not judged: OpenBSD's never grows, and two masters of ucarp
     * send the same.
     *
     * @param ttl 0..255, or -1 where the transport needs none
     */
    static @Nullable Counter refuse(ByteBuffer packet, int ttl, int vhid) {
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
        if (AdvertisementCodec.vhid(packet) != vhid) {
            return Counter.badvhid;
        }
        return null;
    }
}
