// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.VirtualIp;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The Ethernet frames that tell a link which machine has a virtual IP now. Neighbours that know the address replace
 * what they know; others are not bothered.
 */
final class Announcement {
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    /** The Ethernet group of ff02::1, all nodes. */
    private static final byte[] ALL_NODES_MAC = {0x33, 0x33, 0, 0, 0, 1};

    private static final byte[] ALL_NODES = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int ROUTER = 0x8000_0000;
    private static final int OVERRIDE = 0x2000_0000;
    private static final int TARGET_LINK_LAYER_ADDRESS = 2;
    private static final int ICMPV6_LENGTH = 32;
    private static final int ICMPV6_START = 54;
    private static final int ICMPV6_CHECKSUM = 56;

    private Announcement() {}

    /**
     * The frames for one virtual IP. ARP has two forms, and some neighbours follow only one of them, so we send both.
     *
     * @param mac the six bytes of the interface's hardware address
     * @param router whether this node forwards IPv6. Hosts that have it as their default router would drop it if an
     *     advertisement said otherwise
     */
    static List<byte[]> frames(VirtualIp ip, byte[] mac, boolean router) {
        byte[] address = ip.address().getAddress();
        return ip.isIpv4()
                ? List.of(gratuitousArp(ARP_REQUEST, mac, address), gratuitousArp(ARP_REPLY, mac, address))
                : List.of(neighbourAdvertisement(mac, address, router));
    }

    /**
     * The request is one for the address by its own holder, as ucarp and the BSDs send it (RFC 5227, 3). The reply
     * answers a question that nobody asked, as {@code arping -A} sends it; Linux takes it only if both hardware
     * addresses are the same.
     */
    private static byte[] gratuitousArp(int form, byte[] mac, byte[] address) {
        var frame = ByteBuffer.allocate(42);
        frame.put(BROADCAST).put(mac).putShort((short) ETHERTYPE_ARP);
        frame.putShort((short) 1).putShort((short) ETHERTYPE_IPV4).put((byte) 6).put((byte) 4);
        frame.putShort((short) form);
        frame.put(mac).put(address).put(mac).put(address);
        return frame.array();
    }

    /** An unsolicited neighbour advertisement to all nodes, with the override flag (RFC 4861, 7.2.6). */
    static byte[] neighbourAdvertisement(byte[] mac, byte[] address, boolean router) {
        var frame = ByteBuffer.allocate(86);
        frame.put(ALL_NODES_MAC).put(mac).putShort((short) ETHERTYPE_IPV6);
        frame.putInt(0x6000_0000).putShort((short) ICMPV6_LENGTH).put((byte) ICMPV6);
        // The hop limit must be 255, since receivers drop what may have crossed a router.
        frame.put((byte) 255).put(address).put(ALL_NODES);
        frame.put((byte) NEIGHBOUR_ADVERTISEMENT).put((byte) 0).putShort((short) 0);
        frame.putInt(router ? ROUTER | OVERRIDE : OVERRIDE).put(address);
        frame.put((byte) TARGET_LINK_LAYER_ADDRESS).put((byte) 1).put(mac);
        frame.putShort(ICMPV6_CHECKSUM, checksum(frame));
        return frame.array();
    }

    /** The checksum over the pseudo-header of RFC 8200 (both addresses, length, next header) and the message. */
    static short checksum(ByteBuffer frame) {
        int sum = ICMPV6_LENGTH + ICMPV6;
        for (int at = ICMPV6_START - 32; at < ICMPV6_START + ICMPV6_LENGTH; at += 2) {
            sum += frame.getShort(at) & 0xffff;
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
