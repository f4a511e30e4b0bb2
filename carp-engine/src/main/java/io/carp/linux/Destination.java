// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Where packets go, where they come from, and how they leave. It is made once, so that sending allocates nothing, and
 * holds what a {@code struct msghdr} points to as name and control. Immutable.
 */
public final class Destination {
    private static final int NAME = 0;
    private static final int CONTROL = 32;
    // struct cmsghdr: length, level, type, then the data
    private static final int CMSG_LEVEL = CONTROL + 8;
    private static final int CMSG_TYPE = CONTROL + 12;
    private static final int CMSG_DATA = CONTROL + 16;
    private static final int SIZE = 80;

    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int MAC_LENGTH = 6;
    private static final byte[] EVERYBODY = {-1, -1, -1, -1, -1, -1};

    private final Memory memory = new Memory(SIZE);
    private final IpHeader header;
    private final int nameLength;
    private final long controlLength;
    private final Way way;

    /** Which headers the kernel writes. */
    enum Way {
        /** The kernel writes everything in front of the payload. */
        ROUTED,
        /** The kernel writes the Ethernet header. */
        LINK,
        /** We write the whole frame. */
        FRAME
    }

    private Destination(IpHeader header, int nameLength, long controlLength, Way way) {
        this.header = header;
        this.nameLength = nameLength;
        this.controlLength = controlLength;
        this.way = way;
    }

    /** Packets to an address by way of the kernel, which writes the IP header and finds out the link address. */
    static Destination routed(InetAddress to, InetAddress from, int ifindex) {
        boolean ipv4 = to instanceof Inet4Address;
        var result = ipv4
                ? new Destination(IpHeader.NONE, 16, 32, Way.ROUTED)
                : new Destination(IpHeader.NONE, 28, 40, Way.ROUTED);
        var memory = result.memory.bytes();
        // struct sockaddr_in: the address at 4; struct sockaddr_in6: the address at 8, the scope at 24
        memory.putShort(NAME, (short) (ipv4 ? LibC.AF_INET : LibC.AF_INET6));
        memory.put(NAME + (ipv4 ? 4 : 8), to.getAddress());
        if (!ipv4 && (to.isLinkLocalAddress() || to.isMulticastAddress())) {
            memory.putInt(NAME + 24, ifindex);
        }
        // struct in_pktinfo: index, source; struct in6_pktinfo: source, index
        memory.putLong(CONTROL, ipv4 ? 16 + 12 : 16 + 20);
        memory.putInt(CMSG_LEVEL, ipv4 ? LibC.IPPROTO_IP : LibC.IPPROTO_IPV6);
        memory.putInt(CMSG_TYPE, ipv4 ? LibC.IP_PKTINFO : LibC.IPV6_PKTINFO);
        memory.putInt(CMSG_DATA + (ipv4 ? 0 : 16), ifindex);
        memory.put(CMSG_DATA + (ipv4 ? 4 : 0), from.getAddress());
        return result;
    }

    /** Packets to a group, or to everybody on the link, in frames that we make, from 00:00:5e:00:01:vhid. */
    static Destination fromVirtualMac(InetAddress to, InetAddress from, int ifindex, int vhid, boolean everybody) {
        byte[] toMac = everybody ? EVERYBODY : groupMac(to.getAddress());
        return frame(IpHeader.of(to, from).behind(toMac, VirtualMac.of(vhid)), to, ifindex, toMac, Way.FRAME);
    }

    /**
     * The MAC address of a group ends in 23 bits of an IPv4 group (RFC 1112, 6.4), or in 32 bits of an IPv6 group (RFC
     * 2464, 7).
     */
    private static byte[] groupMac(byte[] group) {
        return group.length == 4
                ? new byte[] {1, 0, 0x5e, (byte) (group[1] & 0x7f), group[2], group[3]}
                : new byte[] {0x33, 0x33, group[12], group[13], group[14], group[15]};
    }

    /** Packets to an address in frames that reach everybody on the link; we write the IP header. */
    static Destination broadcast(InetAddress to, InetAddress from, int ifindex) {
        return frame(IpHeader.of(to, from), to, ifindex, EVERYBODY, Way.LINK);
    }

    private static Destination frame(IpHeader header, InetAddress to, int ifindex, byte[] toMac, Way way) {
        var result = new Destination(header, 20, 0, way);
        var memory = result.memory.bytes();
        // struct sockaddr_ll: family, protocol (network order), index, hardware type, packet type, length, address
        int protocol = to instanceof Inet6Address ? ETH_P_IPV6 : ETH_P_IP;
        memory.putShort(NAME, (short) LibC.AF_PACKET);
        memory.put(NAME + 2, (byte) (protocol >> 8)).put(NAME + 3, (byte) protocol);
        memory.putInt(NAME + 4, ifindex);
        memory.put(NAME + 11, (byte) MAC_LENGTH);
        memory.put(NAME + 12, toMac);
        return result;
    }

    /** The headers that we write in front of the payload ourselves. */
    IpHeader header() {
        return header;
    }

    Way way() {
        return way;
    }

    /** The memory that {@link #name} and {@link #control} point to. */
    Memory memory() {
        return memory;
    }

    long name() {
        return memory.address() + NAME;
    }

    int nameLength() {
        return nameLength;
    }

    long control() {
        return memory.address() + CONTROL;
    }

    long controlLength() {
        return controlLength;
    }
}
