// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A blocking rtnetlink socket for requests about addresses and interfaces. One thread at a time. Every request waits
 * for the kernel's answer, at most for the time-out, and fails with {@link SystemCallException}.
 */
public final class Netlink implements AutoCloseable {
    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;

    static final int NETLINK_ROUTE = 0;
    static final int NLM_F_ACK = 0x4;
    static final int NLMSG_HEADER = 16;
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVTIMEO = 20;
    static final int SO_RCVBUFFORCE = 33;

    private static final int NLM_F_REQUEST = 0x1;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int IFLA_EXT_MASK = 29;
    private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;

    /** How often a dump is asked for again that others changed while it was told. */
    private static final int DUMP_ATTEMPTS = 5;

    private final int fd;
    private final int portId;
    private final Memory question = new Memory(1024);
    private final Memory answers = new Memory(64 * 1024);
    private final ByteBuffer out = question.bytes();
    private final ByteBuffer in = answers.bytes();
    private int sequence;

    private Netlink(int fd) {
        this.fd = fd;
        this.portId = portId(fd);
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param timeoutMillis how long a request waits for its answer
     */
    public static Netlink open(int timeoutMillis) throws SystemCallException {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0) {
            throw new SystemCallException("netlink socket", LibC.errno());
        }
        var time = new Memory(16);
        time.bytes().putLong(timeoutMillis / 1000).putLong(timeoutMillis % 1000 * 1000L);
        // An address of zeros lets the kernel choose a port id for us.
        var address = new Memory(12);
        address.bytes().putShort((short) LibC.AF_NETLINK);
        if (LibC.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, time, 16) < 0 || LibC.bind(fd, address, 12) < 0) {
            int errno = LibC.errno();
            LibC.close(fd);
            throw new SystemCallException("netlink socket", errno);
        }
        return new Netlink(fd);
    }

    /** What the kernel calls this socket: the sender's number in the notices that its requests cause. */
    public int portId() {
        return portId;
    }

    /**
     * RTM_NEWADDR.
     *
     * @param flags NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE
     */
    public void add(AddressMessage address, int flags) throws SystemCallException {
        begin(RTM_NEWADDR, NLM_F_ACK | flags);
        address.encode(out);
        exchange("add " + text(address));
    }

    /** RTM_DELADDR: exactly this address with this prefix length on this interface. */
    public void delete(AddressMessage address) throws SystemCallException {
        begin(RTM_DELADDR, NLM_F_ACK);
        address.encodeIdentity(out);
        exchange("delete " + text(address));
    }

    /**
     * Asks for something that can change nothing: an address removed from no interface.
     *
     * @throws SystemCallException with EPERM where CAP_NET_ADMIN is missing
     */
    public void checkPrivilege() throws SystemCallException {
        try {
            delete(new AddressMessage(0, AddressMessage.inet(new byte[4]), 32, 0, 0, null, 0, 0));
        } catch (SystemCallException e) {
            if (e.errno() != LibC.ENODEV) {
                throw e;
            }
        }
    }

    /** RTM_GETADDR: all addresses of all interfaces, of both families. */
    public List<AddressMessage> addresses() throws SystemCallException {
        var found = new ArrayList<AddressMessage>();
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            found.clear();
            begin(RTM_GETADDR, NLM_F_DUMP);
            out.putLong(0);
            boolean interrupted = exchange("list the addresses", message -> {
                var address = AddressMessage.decode(message);
                if (address != null) {
                    found.add(address);
                }
                return false;
            });
            if (!interrupted) {
                break;
            }
        }
        return found;
    }

    /** RTM_GETLINK by name; null if there is no such interface. */
    public @Nullable LinkMessage link(String name) throws SystemCallException {
        beginLink(0);
        Attributes.put(out, LinkMessage.IFLA_IFNAME, (name + "\0").getBytes(StandardCharsets.US_ASCII));
        return link();
    }

    /** RTM_GETLINK by number; null if there is no such interface. */
    public @Nullable LinkMessage link(int ifindex) throws SystemCallException {
        beginLink(ifindex);
        return link();
    }

    private void beginLink(int ifindex) {
        begin(RTM_GETLINK, 0);
        out.putInt(0).putInt(ifindex).putLong(0);
        Attributes.putInt(out, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    private @Nullable LinkMessage link() throws SystemCallException {
        var found = new ArrayList<LinkMessage>(1);
        try {
            exchange("look for an interface", message -> {
                var link = LinkMessage.decode(message);
                return link != null && found.add(link);
            });
        } catch (SystemCallException e) {
            if (e.errno() != LibC.ENODEV) {
                throw e;
            }
        }
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public void close() {
        LibC.close(fd);
    }

    /** A new request, to which the caller appends before {@link #exchange}. */
    ByteBuffer begin(int type, int flags) {
        sequence++;
        out.clear();
        out.putInt(0).putShort((short) type).putShort((short) (NLM_F_REQUEST | flags));
        return out.putInt(sequence).putInt(portId);
    }

    /** Sends what was begun, and waits for the kernel's yes. */
    void exchange(String request) throws SystemCallException {
        exchange(request, message -> false);
    }

    /** Sends what was begun and hands every answer to {@code answer}, until that says it has what it wants, or the kernel. */
    private boolean exchange(String request, Predicate<ByteBuffer> answer) throws SystemCallException {
        out.putInt(0, out.position());
        if (LibC.send(fd, question, out.position(), 0) < 0) {
            throw new SystemCallException(request, LibC.errno());
        }
        boolean interrupted = false;
        while (true) {
            long length = LibC.recv(fd, answers, 0);
            if (length < 0) {
                if (LibC.errno() == LibC.EINTR) {
                    continue;
                }
                throw new SystemCallException(request, LibC.errno());
            }
            in.clear().limit((int) length);
            while (in.remaining() >= NLMSG_HEADER) {
                int start = in.position();
                int end = start + in.getInt(start);
                if (end < start + NLMSG_HEADER || end > length) {
                    break;
                }
                int type = in.getShort(start + 4);
                // A late answer to an earlier request that had timed out is not ours.
                if (in.getInt(start + 8) == sequence) {
                    interrupted |= (in.getShort(start + 6) & NLM_F_DUMP_INTR) != 0;
                    in.limit(end).position(start + NLMSG_HEADER);
                    if (type == NLMSG_DONE || type == NLMSG_ERROR) {
                        int error = type == NLMSG_ERROR ? -in.getInt(in.position()) : 0;
                        if (error != 0) {
                            throw new SystemCallException(request, error);
                        }
                        return interrupted;
                    }
                    if (answer.test(in)) {
                        return interrupted;
                    }
                }
                in.limit((int) length).position(Math.min((int) length, (end + 3) & ~3));
            }
        }
    }

    private static int portId(int fd) {
        var address = new Memory(16);
        address.bytes().putInt(12, 12);
        LibC.getsockname(fd, address, 12);
        return address.bytes().getInt(4);
    }

    private static String text(AddressMessage address) {
        return address.local().getHostAddress() + "/" + address.prefixLength();
    }
}
