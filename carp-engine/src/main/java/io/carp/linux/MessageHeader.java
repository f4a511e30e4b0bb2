// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * One {@code struct msghdr} with everything it points to, in one piece of native memory that is used again for each
 * packet. The layout is that of 64-bit Linux. For one thread.
 */
final class MessageHeader {
    /** How many bytes of a packet we look at, its IP header included. */
    static final int DATA_LENGTH = 2048;

    // struct msghdr: name, namelen, iov, iovlen, control, controllen, flags
    private static final int HEADER = 0;
    private static final int NAME_LENGTH = HEADER + 8;
    private static final int CONTROL_LENGTH = HEADER + 40;
    private static final int FLAGS = HEADER + 48;
    private static final int VECTOR = 64;
    private static final int VECTOR_LENGTH = VECTOR + 8;
    private static final int NAME = 96;
    private static final int CONTROL = 128;
    private static final int DATA = 256;
    // struct cmsghdr: length, level, type, then the data
    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;

    private static final int IPV6_HOPLIMIT = 52;

    static {
        if (Native.POINTER_SIZE != 8) {
            throw new UnsupportedOperationException("raw sockets need a 64-bit Linux");
        }
    }

    private final Memory whole = new Memory(DATA + DATA_LENGTH);
    private final ByteBuffer memory = whole.bytes();
    private final ByteBuffer data = memory.slice(DATA, DATA_LENGTH);

    MessageHeader() {
        long address = whole.address();
        memory.putLong(HEADER, address + NAME);
        memory.putLong(HEADER + 16, address + VECTOR);
        memory.putLong(HEADER + 24, 1);
        memory.putLong(HEADER + 32, address + CONTROL);
        memory.putLong(VECTOR, address + DATA);
    }

    /** The whole memory, which begins with the msghdr, for the system call. */
    Memory memory() {
        return whole;
    }

    /** The packet's bytes, in network order. The caller sets position and limit. */
    ByteBuffer data() {
        return data;
    }

    /** Makes all room available again, since the kernel overwrites the lengths with what it used. */
    void reset() {
        memory.putInt(NAME_LENGTH, CONTROL - NAME);
        memory.putLong(CONTROL_LENGTH, DATA - CONTROL);
        memory.putInt(FLAGS, 0);
        memory.putLong(VECTOR_LENGTH, DATA_LENGTH);
    }

    int octet(int index) {
        return memory.get(DATA + index) & 0xff;
    }

    InetAddress sender(AddressCache addresses, boolean ipv4) {
        // struct sockaddr_in: the address at 4; struct sockaddr_in6: the address at 8, the scope at 24
        return ipv4 ? addresses.ipv4(memory, NAME + 4) : addresses.ipv6(memory, NAME + 8, memory.getInt(NAME + 24));
    }

    /** The index of the interface on which the packet came in; 0 if the kernel did not say. */
    int ifindex(boolean ipv4) {
        int at = ipv4 ? control(LibC.IPPROTO_IP, LibC.IP_PKTINFO) : control(LibC.IPPROTO_IPV6, LibC.IPV6_PKTINFO);
        // struct in_pktinfo begins with the index; struct in6_pktinfo has it behind the address
        return at < 0 ? 0 : memory.getInt(ipv4 ? at : at + 16);
    }

    /** The hop limit of an IPv6 packet. If the kernel did not say, it is 0, which is never accepted. */
    int hopLimit() {
        int at = control(LibC.IPPROTO_IPV6, IPV6_HOPLIMIT);
        return at < 0 ? 0 : memory.getInt(at);
    }

    private int control(int level, int type) {
        int end = CONTROL + (int) memory.getLong(CONTROL_LENGTH);
        int at = CONTROL;
        while (at + CMSG_DATA <= end) {
            long length = memory.getLong(at);
            if (memory.getInt(at + CMSG_LEVEL) == level && memory.getInt(at + CMSG_TYPE) == type) {
                return at + CMSG_DATA;
            }
            if (length < CMSG_DATA) {
                return -1;
            }
            at += (int) ((length + 7) & ~7L);
        }
        return -1;
    }

    /** Where the packet went: what its IPv4 header says, or what the kernel says of an IPv6 one. */
    InetAddress target(AddressCache addresses, boolean ipv4) {
        if (ipv4) {
            return addresses.ipv4(memory, DATA + 16);
        }
        int at = control(LibC.IPPROTO_IPV6, LibC.IPV6_PKTINFO);
        return at < 0 ? addresses.ipv6(memory, NAME + 8, 0) : addresses.ipv6(memory, at, memory.getInt(at + 16));
    }

    /** Prepares to send these bytes, between position and limit, to that destination. The buffer stays as it is. */
    void send(Destination to, ByteBuffer payload) {
        memory.putLong(HEADER, to.name()).putInt(NAME_LENGTH, to.nameLength());
        memory.putLong(HEADER + 32, to.control()).putLong(CONTROL_LENGTH, to.controlLength());
        int length = payload.remaining();
        to.header().write(data, length);
        data.put(to.header().length(), payload, payload.position(), length);
        memory.putLong(VECTOR_LENGTH, to.header().length() + length);
    }
}
