// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hears which machines of a link claim an address: by ARP, or by those neighbour advertisements of IPv6 that override
 * what others know. It does not hear what this machine sends. It never waits, and needs CAP_NET_RAW. For one thread.
 */
public final class NeighbourSocket implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOCKADDR_LL = 20;
    private static final int ETH_P_ARP = 0x0806;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int ROOM = 128;
    private static final int MAC_LENGTH = 6;
    private static final int ETHERNET_SOURCE = 6;

    /** struct arphdr behind the Ethernet header: the kinds of addresses, and their lengths. */
    private static final int ARP_KIND = 16;

    private static final int ARP_IPV4_ON_ETHERNET = 0x0800_0604;
    private static final int ARP_SENDER_MAC = 22;
    private static final int ARP_SENDER = 28;
    private static final int ARP_LENGTH = 42;

    private static final int NEXT_HEADER = 20;
    private static final int HOP_LIMIT = 21;
    private static final int ICMPV6 = 58;
    private static final int ICMPV6_TYPE = 54;
    private static final int NEIGHBOUR_ADVERTISEMENT = 136;
    private static final int NA_FLAGS = 58;
    private static final int OVERRIDE = 0x20;
    private static final int NA_TARGET = 62;
    private static final int NA_OPTION = 78;
    private static final int TARGET_LINK_LAYER_ADDRESS = 2;

    private final int fd;
    private final boolean ipv4;
    private final Memory frame = new Memory(ROOM);

    /**
     * A claim that was heard.
     *
     * @param address the address that the other machine says is its own
     * @param mac the hardware address that it gives, six bytes
     */
    public record Said(InetAddress address, byte[] mac) {}

    private NeighbourSocket(int fd, boolean ipv4) {
        this.fd = fd;
        this.ipv4 = ipv4;
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param ifindex of an Ethernet interface
     * @param ipv4 true for IPv4, false for IPv6
     * @param addresses the addresses of that family of which it is to hear
     * @throws SystemCallException with EPERM where CAP_NET_RAW is missing
     */
    public static NeighbourSocket open(int ifindex, boolean ipv4, Collection<? extends InetAddress> addresses)
            throws SystemCallException {
        // With protocol 0 the socket hears nothing before it knows what to hear.
        int fd = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new SystemCallException("packet socket", LibC.errno());
        }
        try {
            var socket = new NeighbourSocket(fd, ipv4);
            socket.hear(addresses);
            socket.bind(ifindex);
            return socket;
        } catch (Throwable e) {
            LibC.close(fd);
            throw e;
        }
    }

    private void bind(int ifindex) throws SystemCallException {
        var address = new Memory(SOCKADDR_LL);
        int protocol = ipv4 ? ETH_P_ARP : ETH_P_IPV6;
        address.bytes()
                .putShort((short) LibC.AF_PACKET)
                .put((byte) (protocol >> 8))
                .put((byte) protocol)
                .putInt(ifindex);
        if (LibC.bind(fd, address, SOCKADDR_LL) < 0) {
            throw new SystemCallException("bind AF_PACKET", LibC.errno());
        }
    }

    /** Makes it hear of these addresses from now on. If a filter has no room for so many, it hears of others, too. */
    public void hear(Collection<? extends InetAddress> addresses) throws SystemCallException {
        if (!program(addresses).attach(fd)) {
            throw new SystemCallException("setsockopt SO_ATTACH_FILTER", LibC.errno());
        }
    }

    private FilterProgram program(Collection<? extends InetAddress> addresses) {
        int most = FilterProgram.LONGEST / 2 - 8;
        Collection<? extends InetAddress> filtered = addresses.size() > most ? List.of() : addresses;
        var program = new FilterProgram(2 * filtered.size() + 8);
        if (ipv4) {
            program.add(FilterProgram.LOAD_WORD_AT, 0, 0, ARP_KIND)
                    .add(FilterProgram.IF_EQUAL, 1, 0, ARP_IPV4_ON_ETHERNET)
                    .add(FilterProgram.RETURN, 0, 0, 0)
                    .add(FilterProgram.LOAD_WORD_AT, 0, 0, ARP_SENDER);
        } else {
            program.add(FilterProgram.LOAD_BYTE_AT, 0, 0, NEXT_HEADER)
                    .add(FilterProgram.IF_EQUAL, 0, 2, ICMPV6)
                    .add(FilterProgram.LOAD_BYTE_AT, 0, 0, ICMPV6_TYPE)
                    .add(FilterProgram.IF_EQUAL, 1, 0, NEIGHBOUR_ADVERTISEMENT)
                    .add(FilterProgram.RETURN, 0, 0, 0)
                    .add(FilterProgram.LOAD_WORD_AT, 0, 0, NA_TARGET + 12);
        }
        // The filter compares the last four bytes of an address. For IPv6 that is not enough, so the caller compares
        // what is heard once more.
        for (var address : filtered) {
            var bytes = ByteBuffer.wrap(address.getAddress());
            program.add(FilterProgram.IF_EQUAL, 0, 1, bytes.getInt(bytes.limit() - 4))
                    .add(FilterProgram.RETURN, 0, 0, FilterProgram.ALL);
        }
        return program.add(FilterProgram.RETURN, 0, 0, filtered.size() == addresses.size() ? 0 : FilterProgram.ALL);
    }

    /**
     * Takes the next claim; null if there is no more. It may be about an address that nobody asked for, and it may come
     * from this machine, if something on the link sends back what it gets.
     *
     * @throws SystemCallException if the interface is gone or down: open another socket
     */
    public @Nullable Said receive() throws SystemCallException {
        while (true) {
            long length = LibC.recv(fd, frame, MSG_DONTWAIT);
            if (length < 0 && LibC.errno() == LibC.EAGAIN) {
                return null;
            }
            if (length < 0 && LibC.errno() != LibC.EINTR) {
                throw new SystemCallException("recv AF_PACKET", LibC.errno());
            }
            var said = length < 0 ? null : ipv4 ? arp((int) length) : advertisement((int) length);
            if (said != null) {
                return said;
            }
        }
    }

    private @Nullable Said arp(int length) {
        return length < ARP_LENGTH ? null : new Said(AddressMessage.inet(bytes(ARP_SENDER, 4)), mac(ARP_SENDER_MAC));
    }

    private @Nullable Said advertisement(int length) {
        var in = frame.bytes();
        // An advertisement that does not override comes from a proxy, or is for an address that several machines may
        // have. One that was routed is forged.
        if (length < NA_OPTION || (in.get(HOP_LIMIT) & 0xff) != 255 || (in.get(NA_FLAGS) & OVERRIDE) == 0) {
            return null;
        }
        boolean told = length >= NA_OPTION + 8 && in.get(NA_OPTION) == TARGET_LINK_LAYER_ADDRESS;
        return new Said(AddressMessage.inet(bytes(NA_TARGET, 16)), mac(told ? NA_OPTION + 2 : ETHERNET_SOURCE));
    }

    private byte[] mac(int at) {
        return bytes(at, MAC_LENGTH);
    }

    private byte[] bytes(int at, int length) {
        var bytes = new byte[length];
        frame.bytes().get(at, bytes);
        return bytes;
    }

    /** Sends a frame, which begins with its destination, its source and its type. Returns 0, or the error number. */
    public int send(byte[] bytes) {
        var out = new Memory(bytes.length);
        out.bytes().put(bytes);
        return LibC.send(fd, out, bytes.length, MSG_DONTWAIT) < 0 ? LibC.errno() : 0;
    }

    /** Whether this socket hears of addresses of this family. */
    public boolean isFor(InetAddress address) {
        return address instanceof Inet4Address == ipv4;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
