// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;

/** A socket on which the kernel tells every change of addresses and interfaces. Needs no privilege. One thread. */
public final class NetlinkMonitor implements AutoCloseable {
    /** What changed. */
    public interface Listener {
        /**
         * RTM_NEWADDR or RTM_DELADDR.
         *
         * @param requester who asked for it, as {@link Requester} takes it; always 0 for IPv6
         */
        void address(AddressMessage address, boolean deleted, int requester);

        /** RTM_NEWLINK or RTM_DELLINK. */
        void link(LinkMessage link, boolean deleted);

        /** Changes came faster than they were read (ENOBUFS): some are lost, look at everything again. */
        void overrun();
    }

    private static final int RTMGRP_LINK = 0x1;
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int RTMGRP_IPV6_IFADDR = 0x100;
    private static final short POLLIN = 1;
    /** How many datagrams are read in a row. */
    static final int BURST = 1024;

    private static final int RECEIVE_BUFFER = 1024 * 1024;

    private final int fd;
    private final int ignoredPortId;
    private final Memory told = new Memory(64 * 1024);
    private final ByteBuffer in = told.bytes();
    private final Memory pollfd = new Memory(8);

    private NetlinkMonitor(int fd, int ignoredPortId) {
        this.fd = fd;
        this.ignoredPortId = ignoredPortId;
        pollfd.bytes().putInt(fd).putShort(POLLIN);
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param ignoredPortId whose doings are not told. The kernel names the sender for IPv4 addresses only: what this
     *     socket did to IPv6 addresses is told all the same.
     */
    public static NetlinkMonitor open(int ignoredPortId) throws SystemCallException {
        int type = LibC.SOCK_RAW | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK;
        int fd = LibC.socket(LibC.AF_NETLINK, type, Netlink.NETLINK_ROUTE);
        if (fd < 0) {
            throw new SystemCallException("netlink monitor", LibC.errno());
        }
        var size = new Memory(4);
        size.bytes().putInt(0, RECEIVE_BUFFER);
        // The limit of ordinary sockets is far below a mebibyte; who may manage addresses may also pass it.
        if (LibC.setsockopt(fd, Netlink.SOL_SOCKET, Netlink.SO_RCVBUFFORCE, size, 4) < 0) {
            LibC.setsockopt(fd, Netlink.SOL_SOCKET, Netlink.SO_RCVBUF, size, 4);
        }
        var address = new Memory(12);
        address.bytes().putShort(0, (short) LibC.AF_NETLINK);
        address.bytes().putInt(8, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
        if (LibC.bind(fd, address, 12) < 0) {
            int errno = LibC.errno();
            LibC.close(fd);
            throw new SystemCallException("netlink monitor", errno);
        }
        return new NetlinkMonitor(fd, ignoredPortId);
    }

    /** From now on it is not told that addresses with this mark (IFA_PROTO) are added or renewed, only that they go. */
    public void ignoreAdded(int mark) {
        OwnAddressFilter.attach(fd, mark);
    }

    /** What to watch for reading. */
    public int fd() {
        return fd;
    }

    /**
     * Waits until there is something to read, at most so many milliseconds; returns whether there is.
     *
     * @throws SystemCallException if it is not possible to wait
     */
    public boolean await(int timeoutMillis) throws SystemCallException {
        pollfd.bytes().putShort(6, (short) 0);
        int ready = LibC.poll(pollfd, timeoutMillis);
        if (ready < 0 && LibC.errno() != LibC.EINTR) {
            throw new SystemCallException("netlink monitor", LibC.errno());
        }
        return ready > 0;
    }

    /**
     * Tells what has arrived, so much of it that a storm of changes keeps nobody from what else there is to do; does not
     * wait.
     *
     * @return whether anything had arrived
     * @throws SystemCallException if it is broken; close it and open another
     */
    public boolean read(Listener listener) throws SystemCallException {
        for (int n = 0; n < BURST; n++) {
            long length = LibC.recv(fd, told, 0);
            if (length < 0) {
                int errno = LibC.errno();
                if (errno == LibC.EAGAIN) {
                    return n > 0;
                }
                if (errno == LibC.ENOBUFS) {
                    listener.overrun();
                } else if (errno != LibC.EINTR) {
                    throw new SystemCallException("netlink monitor", errno);
                }
                continue;
            }
            int at = 0;
            while (at + Netlink.NLMSG_HEADER <= length) {
                int end = at + in.getInt(at);
                if (end < at + Netlink.NLMSG_HEADER || end > length) {
                    break;
                }
                int requester = in.getInt(at + 12);
                if (requester != ignoredPortId) {
                    in.limit(end).position(at + Netlink.NLMSG_HEADER);
                    tell(in.getShort(at + 4), requester, listener);
                }
                in.clear();
                at = (end + 3) & ~3;
            }
        }
        return true;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }

    private void tell(int type, int requester, Listener listener) {
        switch (type) {
            case Netlink.RTM_NEWADDR, Netlink.RTM_DELADDR -> {
                var address = AddressMessage.decode(in);
                if (address != null) {
                    listener.address(address, type == Netlink.RTM_DELADDR, requester);
                }
            }
            case Netlink.RTM_NEWLINK, Netlink.RTM_DELLINK -> {
                var link = LinkMessage.decode(in);
                if (link != null) {
                    listener.link(link, type == Netlink.RTM_DELLINK);
                }
            }
            default -> {
                // Nothing else is in the groups.
            }
        }
    }
}
