// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    private static final int IFLA_EXT_MASK = 29;
    private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;

    /** How often a dump is asked for again, if something changed while it was told. */
    private static final int DUMP_ATTEMPTS = 5;

    private final NetlinkSocket socket;
    private final int portId;
    private final Memory question = new Memory(1024);
    private final ByteBuffer out = question.bytes();
    private int sequence;

    private Netlink(NetlinkSocket socket) throws SystemCallException {
        this.socket = socket;
        this.portId = socket.portId();
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param timeoutMillis how long a request waits for its answer
     */
    public static Netlink open(int timeoutMillis) throws SystemCallException {
        var socket = NetlinkSocket.open(0, 0);
        try {
            socket.timeout(timeoutMillis);
            return new Netlink(socket);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /** The kernel's number of this socket. Notices of what its requests changed name it as their sender. */
    public int portId() {
        return portId;
    }

    /**
     * RTM_NEWADDR.
     *
     * @param flags NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE
     */
    public void add(AddressMessage address, int flags) throws SystemCallException {
        begin(NetlinkMessage.RTM_NEWADDR, NetlinkMessage.NLM_F_ACK | flags);
        address.encode(out);
        exchange("add " + text(address));
    }

    /** RTM_DELADDR: deletes exactly this address with this prefix length from this interface. */
    public void delete(AddressMessage address) throws SystemCallException {
        begin(NetlinkMessage.RTM_DELADDR, NetlinkMessage.NLM_F_ACK);
        address.encodeIdentity(out);
        exchange("delete " + text(address));
    }

    /**
     * Checks the privilege by a request that can change nothing: to remove an address from no interface.
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

    /** RTM_GETADDR. It asks again, a few times, if addresses change meanwhile. */
    public AddressDump addresses() throws SystemCallException {
        var dump = addressesOnce();
        for (int attempt = 1; attempt < DUMP_ATTEMPTS && !dump.whole(); attempt++) {
            dump = addressesOnce();
        }
        return dump;
    }

    /** RTM_GETADDR, asked once. Where thousands of addresses change all the time, even one answer takes a while. */
    public AddressDump addressesOnce() throws SystemCallException {
        var found = new ArrayList<AddressMessage>();
        begin(NetlinkMessage.RTM_GETADDR, NetlinkMessage.NLM_F_DUMP);
        out.putLong(0);
        boolean whole = exchange("list the addresses", message -> {
            var address = message.address();
            if (address != null) {
                found.add(address);
            }
            return false;
        });
        return new AddressDump(found, whole);
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
        begin(NetlinkMessage.RTM_GETLINK, 0);
        out.putInt(0).putInt(ifindex).putLong(0);
        Attributes.putInt(out, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    private @Nullable LinkMessage link() throws SystemCallException {
        var found = new ArrayList<LinkMessage>(1);
        try {
            exchange("look for an interface", message -> {
                var link = message.link();
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
        socket.close();
    }

    /** Begins a request, to which the caller appends before {@link #exchange}. */
    ByteBuffer begin(int type, int flags) {
        sequence++;
        out.clear();
        out.putInt(0).putShort((short) type).putShort((short) (NetlinkMessage.NLM_F_REQUEST | flags));
        return out.putInt(sequence).putInt(portId);
    }

    /** Sends the request, and waits until the kernel says that it is done. */
    void exchange(String request) throws SystemCallException {
        exchange(request, message -> false);
    }

    /**
     * Sends the request and hands every answer to {@code answer}, until that is satisfied or the kernel says that this
     * was all.
     *
     * @return whether everything was heard, and nothing changed while it was told
     */
    private boolean exchange(String request, Predicate<NetlinkMessage> answer) throws SystemCallException {
        out.putInt(0, out.position());
        socket.send(question, out.position(), 0, request);
        boolean whole = true;
        while (true) {
            int length = socket.receive();
            if (length == NetlinkSocket.NOTHING) {
                throw new SystemCallException(request, LibC.EAGAIN);
            }
            if (length == NetlinkSocket.LOST) {
                whole = false;
                continue;
            }
            if (length == NetlinkSocket.IGNORED) {
                continue;
            }
            var datagram = NetlinkMessage.read(socket.datagram(length));
            whole &= datagram.whole();
            for (var message : datagram.messages()) {
                // A late answer may belong to an earlier request that had timed out.
                if (message.sequence() == sequence) {
                    whole &= !message.isInterrupted();
                    if (message.error() != 0) {
                        throw new SystemCallException(request, message.error());
                    }
                    if (message.isEnd() || answer.test(message)) {
                        return whole;
                    }
                }
            }
        }
    }

    private static String text(AddressMessage address) {
        return address.local().getHostAddress() + "/" + address.prefixLength();
    }
}
