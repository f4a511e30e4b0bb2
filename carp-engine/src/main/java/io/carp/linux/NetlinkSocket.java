// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;

/**
 * A socket of netlink. It hears nobody but the kernel, though others may send to its number, and it tells when
 * something is lost. For one thread at a time.
 */
final class NetlinkSocket implements AutoCloseable {
    /** There is nothing to receive. */
    static final int NOTHING = -1;
    /** Something could not be received, and is lost. */
    static final int LOST = -2;
    /** What was received is to be ignored. */
    static final int IGNORED = -3;

    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_NETFILTER = 12;
    private static final int MSG_TRUNC = 0x20;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int ROOM = 64 * 1024;
    // struct sockaddr_nl: family, pad, port id, groups; the length of that is kept behind it
    private static final int PORT_ID = 4;
    private static final int GROUPS = 8;
    private static final int ADDRESS_LENGTH = 12;

    private final int fd;
    private final Memory in;
    private final Memory address;

    private NetlinkSocket(int fd, Memory in, Memory address) {
        this.fd = fd;
        this.in = in;
        this.address = address;
    }

    /**
     * Opens a socket of rtnetlink in the network namespace of the calling thread.
     *
     * @param type 0, or {@link LibC#SOCK_NONBLOCK}
     * @param groups what the kernel tells it without being asked; 0 for nothing
     */
    static NetlinkSocket open(int type, int groups) throws SystemCallException {
        return open(NETLINK_ROUTE, type, groups, ROOM);
    }

    /**
     * Opens a socket to the packet filter in the network namespace of the calling thread.
     *
     * @param type 0, or {@link LibC#SOCK_NONBLOCK}
     * @param room the longest datagram that can be received
     */
    static NetlinkSocket openNetfilter(int type, int room) throws SystemCallException {
        return open(NETLINK_NETFILTER, type, 0, room);
    }

    private static NetlinkSocket open(int protocol, int type, int groups, int room) throws SystemCallException {
        // The memory comes before the descriptor. If there is none, there is nothing to be closed.
        var in = new Memory(room);
        var address = new Memory(ADDRESS_LENGTH + 4);
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC | type, protocol);
        if (fd < 0) {
            throw new SystemCallException("socket AF_NETLINK", LibC.errno());
        }
        try {
            var socket = new NetlinkSocket(fd, in, address);
            // The number stays 0, so that the kernel chooses one.
            address.bytes().putShort(0, (short) LibC.AF_NETLINK).putInt(GROUPS, groups);
            if (LibC.bind(fd, address, ADDRESS_LENGTH) < 0) {
                throw new SystemCallException("bind AF_NETLINK", LibC.errno());
            }
            return socket;
        } catch (Throwable e) {
            LibC.close(fd);
            throw e;
        }
    }

    /** Sets for how long {@link #receive} waits. */
    void timeout(int millis) throws SystemCallException {
        var time = new Memory(16);
        time.bytes().putLong(millis / 1000).putLong(millis % 1000 * 1000L);
        if (LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVTIMEO, time, time.length()) < 0) {
            throw new SystemCallException("setsockopt SO_RCVTIMEO", LibC.errno());
        }
    }

    /** Sets how many bytes may wait to be received. */
    void room(int bytes) {
        var size = new Memory(4);
        size.bytes().putInt(0, bytes);
        // The limit of ordinary sockets may be far below that. A process with CAP_NET_ADMIN may exceed it; for others
        // the plain option gives as much as net.core.rmem_max allows, which has to be enough.
        if (LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVBUFFORCE, size, size.length()) < 0) {
            LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVBUF, size, size.length());
        }
    }

    int fd() {
        return fd;
    }

    /** The number that the kernel has given to this socket. */
    int portId() throws SystemCallException {
        address.bytes().putInt(ADDRESS_LENGTH, ADDRESS_LENGTH);
        if (LibC.getsockname(fd, address, ADDRESS_LENGTH) < 0) {
            throw new SystemCallException("getsockname AF_NETLINK", LibC.errno());
        }
        return address.bytes().getInt(PORT_ID);
    }

    /**
     * Asks the kernel for something.
     *
     * @param what what is asked for, for the message of the exception
     */
    void send(Memory request, int length, int flags, String what) throws SystemCallException {
        if (LibC.send(fd, request, length, flags) < 0) {
            throw new SystemCallException(what, LibC.errno());
        }
    }

    /**
     * Receives one datagram, which {@link #datagram} then returns.
     *
     * @return its length, or {@link #NOTHING}, {@link #LOST}, {@link #IGNORED}
     * @throws SystemCallException if the socket cannot receive any more
     */
    int receive() throws SystemCallException {
        address.bytes().putInt(ADDRESS_LENGTH, ADDRESS_LENGTH);
        // With MSG_TRUNC the result is the full length of the datagram, even if there was no room for all of it.
        long length = LibC.recvfrom(fd, in, MSG_TRUNC, address, ADDRESS_LENGTH);
        if (length < 0) {
            int errno = LibC.errno();
            return switch (errno) {
                case LibC.EAGAIN -> NOTHING;
                case LibC.ENOBUFS -> LOST;
                case LibC.EINTR -> IGNORED;
                default -> throw new SystemCallException("recvfrom AF_NETLINK", errno);
            };
        }
        if (address.bytes().getInt(PORT_ID) != 0) {
            return IGNORED; // Only the kernel has the number 0.
        }
        return length > in.length() ? LOST : (int) length;
    }

    /** The datagram received last, of that length; reused by the next one. */
    ByteBuffer datagram(int length) {
        return in.bytes().slice(0, length).order(in.bytes().order());
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
