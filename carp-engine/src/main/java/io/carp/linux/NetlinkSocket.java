// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;

/**
 * A socket of rtnetlink. It hears the kernel alone, whoever else may know its number, and tells when something is lost.
 * One thread at a time.
 */
final class NetlinkSocket implements AutoCloseable {
    /** There is nothing to receive. */
    static final int NOTHING = -1;
    /** Something could not be received, and is lost. */
    static final int LOST = -2;
    /** Something was received that is for nobody. */
    static final int IGNORED = -3;

    private static final int NETLINK_ROUTE = 0;
    private static final int MSG_TRUNC = 0x20;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int ROOM = 64 * 1024;
    // struct sockaddr_nl: family, pad, port id, groups; behind it the room for its length
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
     * Opens one in the network namespace of the calling thread.
     *
     * @param type 0, or {@link LibC#SOCK_NONBLOCK}
     * @param groups what it hears of without having asked; 0 for nothing
     */
    static NetlinkSocket open(int type, int groups) throws SystemCallException {
        // Before there is a descriptor: without memory there is nothing to be closed.
        var in = new Memory(ROOM);
        var address = new Memory(ADDRESS_LENGTH + 4);
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC | type, NETLINK_ROUTE);
        if (fd < 0) {
            throw new SystemCallException("socket AF_NETLINK", LibC.errno());
        }
        try {
            var socket = new NetlinkSocket(fd, in, address);
            // Of number 0: the kernel chooses one.
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

    /** For how long {@link #receive} waits. */
    void timeout(int millis) throws SystemCallException {
        var time = new Memory(16);
        time.bytes().putLong(millis / 1000).putLong(millis % 1000 * 1000L);
        if (LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVTIMEO, time, time.length()) < 0) {
            throw new SystemCallException("setsockopt SO_RCVTIMEO", LibC.errno());
        }
    }

    /** How much may wait to be received. */
    void room(int bytes) {
        var size = new Memory(4);
        size.bytes().putInt(0, bytes);
        // The limit of ordinary sockets may be far below; who may manage addresses may also pass it. For others the
        // plain
        // option gives as much as net.core.rmem_max allows, which has to do.
        if (LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVBUFFORCE, size, size.length()) < 0) {
            LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_RCVBUF, size, size.length());
        }
    }

    int fd() {
        return fd;
    }

    /** What the kernel calls it. */
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
     * @param what for the message of the exception
     */
    void send(Memory request, int length, int flags, String what) throws SystemCallException {
        if (LibC.send(fd, request, length, flags) < 0) {
            throw new SystemCallException(what, LibC.errno());
        }
    }

    /**
     * Receives one datagram, which is in {@link #datagram} then.
     *
     * @return its length, or {@link #NOTHING}, {@link #LOST}, {@link #IGNORED}
     * @throws SystemCallException if that does not work any more
     */
    int receive() throws SystemCallException {
        address.bytes().putInt(ADDRESS_LENGTH, ADDRESS_LENGTH);
        // MSG_TRUNC: it is told how long it was, not only what there was room for.
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
            return IGNORED; // Not the kernel: only that has number 0.
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
