// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a packet may be believed, in the order of OpenBSD's carp_proto_input: the checks that need no key come
 * first.
 */
final class Screening {
    private static final int TTL_OF_OUR_LINK = 255;
    private static final int NO_TTL = -1;

    private final OwnAdvertisements own;
    private final OwnAddresses ownAddresses;
    private final Neighbours neighbours;
    private final Counters counters;

    /** How the last packet that was not refused is signed, and what would be wrong with it if a seal were required. */
    private Signed signed = Signed.UNJUDGED;

    private @Nullable Counter doubt;

    Screening(OwnAdvertisements own, OwnAddresses ownAddresses, Neighbours neighbours, Counters counters) {
        this.own = own;
        this.ownAddresses = ownAddresses;
        this.neighbours = neighbours;
        this.counters = counters;
    }

    /**
     * What is wrong with the packet, or null. On our link nobody far away can repeat an advertisement, so the counter
     * is not judged there. Where packets may be routed, the counter has to be new, if one of our nodes wrote it.
     * With a seal it has to be new everywhere.
     *
     * @param ttl 0..255, or -1 where the transport needs none
     */
    @Nullable
    Counter refuse(InetAddress source, int ttl, ByteBuffer packet, long now) {
        if (ttl != TTL_OF_OUR_LINK && ttl != NO_TTL) {
            return Counter.badttl; // It was routed, so it is not from our link.
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
        signed = own.judge(packet, source, now);
        if (signed.isRefused()) {
            return signed.flaw();
        }
        doubt = signed.flaw();
        if (signed == Signed.SEALED) {
            doubt = isSealedBefore(source, packet, now) ? Counter.replayed : null;
            if (doubt == null || own.requiresSeal()) {
                return doubt;
            }
        }
        return ttl == NO_TTL && isReplayed(source, packet, now) ? Counter.replayed : null;
    }

    /** Reads a packet that was not refused, and takes note of how new it is and of how it is signed. */
    void read(InetAddress source, ByteBuffer packet, Advertisement heard, Step step, long now) {
        AdvertisementCodec.decode(packet, heard);
        own.time().heard(heard.counter, now);
        step.doubt(doubt);
        if (doubt != null) {
            counters.count(doubt);
        }
        if (signed == Signed.SEALED && doubt == null) {
            own.marks().heard(source, SealTrailer.epoch(packet), heard.counter, heard.isBowOut());
        }
    }

    private boolean isSealedBefore(InetAddress source, ByteBuffer packet, long now) {
        long epoch = SealTrailer.epoch(packet);
        long sequence = AdvertisementCodec.counter(packet);
        return own.marks().isReplayed(source, epoch, sequence, own.time().ahead(now));
    }

    private boolean isReplayed(InetAddress source, ByteBuffer packet, long now) {
        Neighbour sender = neighbours.at(source);
        long newest = sender == null ? Long.MIN_VALUE : sender.newest();
        return own.time().isReplayed(AdvertisementCodec.counter(packet), newest, own.masterDownNanos(), now);
    }
}
