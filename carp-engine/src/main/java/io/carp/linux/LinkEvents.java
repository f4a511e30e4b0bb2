// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;

/**
 * What the kernel tells about network interfaces and their addresses: everything once, then each change. Needs no
 * privilege and never blocks. One thread.
 */
public final class LinkEvents implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int RTMGRP_LINK = 0x1;
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int RTMGRP_IPV6_IFADDR = 0x100;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_REQUEST = 0x1;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLM_F_DUMP = 0x300;

    private final int fd;
    private final Listener listener;
    private final Memory memory = new Memory(BUFFER);
    private final ByteBuffer buffer = memory.bytes();
    private boolean dumping;
    private boolean dumpAgain;

    /** Called by {@link #read}. */
    public interface Listener {
        /** Everything is told once more from here to {@link #complete}; what is not told again is gone. */
        void begin();

        /** Netlink.RTM_NEWLINK: an interface is like this; or Netlink.RTM_DELLINK: it is gone, and its addresses with it. */
        void link(LinkMessage link, boolean deleted);

        /** Netlink.RTM_NEWADDR: an interface has an address; or Netlink.RTM_DELADDR: it no longer has it. */
        void address(AddressMessage address, boolean deleted);

        /** Everything has been told. */
        void complete();
    }

    private LinkEvents(int fd, Listener listener) {
        this.fd = fd;
        this.listener = listener;
    }

    /**
     * Subscribes, and asks for everything there is.
     *
     * @throws SystemCallException what the kernel says
     */
    public static LinkEvents open(Listener listener) throws SystemCallException {
        int type = LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC;
        int fd = LibC.socket(LibC.AF_NETLINK, type, 0);
        if (fd < 0) {
            throw new SystemCallException("socket AF_NETLINK", LibC.errno());
        }
        var events = new LinkEvents(fd, listener);
        try {
            events.subscribe();
            events.dump();
        } catch (SystemCallException e) {
            events.close();
            throw e;
        }
        return events;
    }

    private void subscribe() throws SystemCallException {
        buffer.putInt(0, RECEIVE_BUFFER);
        // Without CAP_NET_ADMIN the plain option gives as much as net.core.rmem_max allows, which has to do.
        if (LibC.setsockopt(fd, Netlink.SOL_SOCKET, Netlink.SO_RCVBUFFORCE, memory, 4) < 0) {
            LibC.setsockopt(fd, Netlink.SOL_SOCKET, Netlink.SO_RCVBUF, memory, 4);
        }
        // struct sockaddr_nl: family, pad, port id (the kernel's choice), groups
        buffer.putLong(0, 0).putShort(0, (short) LibC.AF_NETLINK);
        buffer.putInt(8, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
        if (LibC.bind(fd, memory, 12) < 0) {
            throw new SystemCallException("bind AF_NETLINK", LibC.errno());
        }
    }

    /** From now on it is not told that addresses with this mark (IFA_PROTO) are added or renewed, only that they go. */
    public void ignoreAdded(int mark) {
        OwnAddressFilter.attach(fd, mark);
    }

    /** What to watch for reading. */
    public int fd() {
        return fd;
    }

    private void dump() throws SystemCallException {
        dumping = true;
        dumpAgain = false;
        listener.begin();
        request(Netlink.RTM_GETLINK);
    }

    private void request(int type) throws SystemCallException {
        int length = Netlink.NLMSG_HEADER + LinkMessage.HEADER;
        for (int i = 0; i < length; i += Long.BYTES) {
            buffer.putLong(i, 0);
        }
        buffer.putInt(0, length);
        buffer.putShort(4, (short) type).putShort(6, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        // The type comes back with the answer as its sequence number: it tells which of the two dumps is done.
        buffer.putInt(8, type);
        if (LibC.send(fd, memory, length, MSG_DONTWAIT) < 0) {
            throw new SystemCallException("sendto AF_NETLINK", LibC.errno());
        }
    }

    /**
     * Tells the listener what has happened since.
     *
     * @throws SystemCallException if the subscription is broken; close it and open another
     */
    public void read() throws SystemCallException {
        // A bound, so that a storm of events cannot keep the loop from the advertisements.
        for (int batch = 0; batch < 16; batch++) {
            long length = LibC.recv(fd, memory, MSG_DONTWAIT);
            if (length >= 0) {
                parse((int) length);
                continue;
            }
            int errno = LibC.errno();
            if (errno == LibC.EAGAIN) {
                return;
            }
            if (errno == LibC.ENOBUFS) {
                // Events were lost: only a new dump tells the truth.
                dumpAgain();
            } else if (errno != LibC.EINTR) {
                throw new SystemCallException("recv AF_NETLINK", errno);
            }
        }
    }

    private void dumpAgain() throws SystemCallException {
        if (dumping) {
            // The kernel runs one dump at a time on a socket.
            dumpAgain = true;
        } else {
            dump();
        }
    }

    private void parse(int end) throws SystemCallException {
        int done = 0;
        for (int at = 0; at + Netlink.NLMSG_HEADER <= end; ) {
            int next = at + buffer.getInt(at);
            if (next < at + Netlink.NLMSG_HEADER || next > end) {
                break;
            }
            int type = buffer.getShort(at + 4);
            dumpAgain |= dumping && (buffer.getShort(at + 6) & NLM_F_DUMP_INTR) != 0;
            if (type == NLMSG_DONE) {
                done = buffer.getInt(at + 8);
            } else {
                buffer.limit(next).position(at + Netlink.NLMSG_HEADER);
                tell(type);
                buffer.clear();
            }
            at = (next + 3) & ~3;
        }
        if (done == Netlink.RTM_GETLINK) {
            request(Netlink.RTM_GETADDR);
        } else if (done == Netlink.RTM_GETADDR) {
            dumping = false;
            if (dumpAgain) {
                dump();
            } else {
                listener.complete();
            }
        }
    }

    private void tell(int type) throws SystemCallException {
        switch (type) {
            case Netlink.RTM_NEWLINK, Netlink.RTM_DELLINK -> {
                var link = LinkMessage.decode(buffer);
                if (link != null) {
                    listener.link(link, type == Netlink.RTM_DELLINK);
                }
            }
            case Netlink.RTM_NEWADDR, Netlink.RTM_DELADDR -> {
                var which = AddressMessage.decode(buffer);
                if (which != null) {
                    listener.address(which, type == Netlink.RTM_DELADDR);
                }
            }
            case NLMSG_ERROR -> {
                int errno = -buffer.getInt(buffer.position());
                throw new SystemCallException("list the network interfaces and their addresses", errno);
            }
            default -> {
                // Nothing else was asked for.
            }
        }
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
