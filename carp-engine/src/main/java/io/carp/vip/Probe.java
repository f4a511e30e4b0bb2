// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The Ethernet frames that ask a link who has an address. They change nothing that other machines know, and the answer
 * goes to the asking interface alone.
 */
final class Probe {
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int ARP_REQUEST = 1;
    private static final int ICMPV6 = 58;
    private static final int ICMPV6_LENGTH = 32;
    private static final int ICMPV6_CHECKSUM = 56;
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;

    private Probe() {}

    /** An ARP probe has no sender address (RFC 5227, 2.1.1), so that no machine learns an address from it. */
    static byte[] arp(byte[] mac, InetAddress address) {
        var frame = ByteBuffer.allocate(42);
        frame.put(BROADCAST).put(mac).putShort((short) ETHERTYPE_ARP);
        frame.putShort((short) 1).putShort((short) ETHERTYPE_IPV4).put((byte) 6).put((byte) 4);
        frame.putShort((short) ARP_REQUEST);
        frame.put(mac).putInt(0).put(new byte[6]).put(address.getAddress());
        return frame.array();
    }

    /**
     * A neighbour solicitation (RFC 4861, 4.3) from a link-local address. Without a sender address the answer would go
     * to all machines, which would then believe it.
     */
    static byte[] solicitation(byte[] mac, Inet6Address from, InetAddress address) {
        byte[] target = address.getAddress();
        byte[] group = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, target[13], target[14], target[15]};
        var frame = ByteBuffer.allocate(86);
        frame.put(new byte[] {0x33, 0x33, (byte) 0xff, target[13], target[14], target[15]});
        frame.put(mac).putShort((short) ETHERTYPE_IPV6);
        frame.putInt(0x6000_0000).putShort((short) ICMPV6_LENGTH).put((byte) ICMPV6);
        frame.put((byte) 255).put(from.getAddress()).put(group);
        frame.put((byte) NEIGHBOUR_SOLICITATION).put((byte) 0).putShort((short) 0);
        frame.putInt(0).put(target);
        frame.put((byte) SOURCE_LINK_LAYER_ADDRESS).put((byte) 1).put(mac);
        frame.putShort(ICMPV6_CHECKSUM, Announcement.checksum(frame));
        return frame.array();
    }
}
