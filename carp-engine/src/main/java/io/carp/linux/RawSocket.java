// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import io.carp.linux.Destination.Way;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A raw socket for CARP (IP protocol 112) on one network interface, IPv4 or IPv6. It hears what is sent to this node
 * and to the groups it has joined. Sending and receiving allocate nothing. For one thread.
 */
public final class RawSocket implements AutoCloseable {
    private static final int IPPROTO_CARP = 112;
    private static final int MSG_DONTWAIT = 0x40;
    /** How many packets that came in between two system calls are thrown away at most. */
    static final int MOST_DISCARDED = 128;

    private static final int SO_BINDTODEVICE = 25;
    private static final int IP_TOS = 1;
    private static final int IP_TTL = 2;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_PMTUDISC_DO = 2;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_DROP_MEMBERSHIP = 36;
    private static final int IP_MULTICAST_ALL = 49;
    private static final int IPTOS_LOWDELAY = 0x10;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_ADD_MEMBERSHIP = 20;
    private static final int IPV6_DROP_MEMBERSHIP = 21;
    private static final int IPV6_MULTICAST_ALL = 29;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_RECVHOPLIMIT = 51;

    private final int fd;
    private final int ifindex;
    private final boolean ipv4;
    private final MessageHeader in;
    private final MessageHeader out;
    private final ByteBuffer packet;
    private final AddressCache sources = new AddressCache();
    private final AddressCache targets = new AddressCache();
    private final Map<InetAddress, Integer> members = new HashMap<>();
    private final FrameSockets frames = new FrameSockets();
    private @Nullable InetAddress source;
    private @Nullable InetAddress target;
    private int ttl;

    private RawSocket(int fd, int ifindex, boolean ipv4) {
        this.fd = fd;
        this.ifindex = ifindex;
        this.ipv4 = ipv4;
        this.in = new MessageHeader();
        this.out = new MessageHeader();
        this.packet = in.data();
    }

    /**
     * Opens the socket. What arrived while it was not yet bound to the interface is thrown away.
     *
     * @param networkInterface its name
     * @param ifindex its index; packets that came in elsewhere are never received
     * @param ipv4 true for IPv4, false for IPv6
     * @throws SystemCallException with {@link LibC#EPERM} if the capability CAP_NET_RAW is missing, with {@link
     *     LibC#ENODEV} if the interface is gone, or what else the kernel says
     */
    public static RawSocket open(String networkInterface, int ifindex, boolean ipv4) throws SystemCallException {
        int family = ipv4 ? LibC.AF_INET : LibC.AF_INET6;
        int fd = LibC.socket(family, LibC.SOCK_RAW | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, IPPROTO_CARP);
        if (fd < 0) {
            throw new SystemCallException("socket SOCK_RAW", LibC.errno());
        }
        try {
            // The descriptor must be closed whatever is thrown, such as an OutOfMemoryError, since nobody else knows
            // it.
            var socket = new RawSocket(fd, ifindex, ipv4);
            socket.configure(networkInterface);
            socket.discard();
            return socket;
        } catch (Throwable e) {
            LibC.close(fd);
            throw e;
        }
    }

    private void configure(String networkInterface) throws SystemCallException {
        var name = networkInterface.getBytes(StandardCharsets.UTF_8);
        var device = new Memory(name.length + 1);
        device.bytes().put(name);
        set(LibC.SOL_SOCKET, SO_BINDTODEVICE, device, "SO_BINDTODEVICE");
        if (ipv4) {
            set(LibC.IPPROTO_IP, LibC.IP_PKTINFO, 1, "IP_PKTINFO");
            set(LibC.IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
            set(LibC.IPPROTO_IP, IP_TTL, 255, "IP_TTL");
            set(LibC.IPPROTO_IP, IP_MULTICAST_TTL, 255, "IP_MULTICAST_TTL");
            set(LibC.IPPROTO_IP, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
            set(LibC.IPPROTO_IP, IP_TOS, IPTOS_LOWDELAY, "IP_TOS");
            set(LibC.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, "IP_MTU_DISCOVER");
        } else {
            set(LibC.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
            set(LibC.IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
            set(LibC.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "IPV6_MULTICAST_ALL");
            set(LibC.IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255, "IPV6_UNICAST_HOPS");
            set(LibC.IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255, "IPV6_MULTICAST_HOPS");
            set(LibC.IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP");
        }
    }

    /**
     * Hears what is sent to the group, too, until as many {@link #leave} as joined; allocates.
     *
     * @throws SystemCallException what the kernel says, such as {@link LibC#ENOBUFS} for too many groups
     */
    public void join(InetAddress group) throws SystemCallException {
        if (!members.containsKey(group)) {
            int option = ipv4 ? IP_ADD_MEMBERSHIP : IPV6_ADD_MEMBERSHIP;
            set(
                    ipv4 ? LibC.IPPROTO_IP : LibC.IPPROTO_IPV6,
                    option,
                    membership(group),
                    "join " + group.getHostAddress());
        }
        members.merge(group, 1, Integer::sum);
    }

    /** Undoes one {@link #join}. */
    public void leave(InetAddress group) {
        if (members.computeIfPresent(group, (any, times) -> times == 1 ? null : times - 1) == null) {
            // Fails only where the kernel has forgotten the group with its interface: just as well.
            var membership = membership(group);
            int option = ipv4 ? IP_DROP_MEMBERSHIP : IPV6_DROP_MEMBERSHIP;
            int level = ipv4 ? LibC.IPPROTO_IP : LibC.IPPROTO_IPV6;
            LibC.setsockopt(fd, level, option, membership, membership.length());
        }
    }

    private Memory membership(InetAddress group) {
        // struct ip_mreqn: group, address (any), index; struct ipv6_mreq: group, index
        var membership = new Memory(ipv4 ? 12 : 20);
        membership.bytes().put(group.getAddress()).putInt(membership.length() - 4, ifindex);
        return membership;
    }

    private void set(int level, int option, int value, String name) throws SystemCallException {
        var number = new Memory(4);
        number.bytes().putInt(value);
        set(level, option, number, name);
    }

    private void set(int level, int option, Memory value, String name) throws SystemCallException {
        if (LibC.setsockopt(fd, level, option, value, value.length()) < 0) {
            throw new SystemCallException("setsockopt " + name, LibC.errno());
        }
    }

    /**
     * Until SO_BINDTODEVICE takes effect a raw socket hears every interface, and the kernel keeps what it has queued.
     * That is thrown away, but no more than could have been queued by then: a flood would never let us end. {@link
     * #receive} does not take what came in elsewhere, either.
     *
     * @return how many packets were thrown away
     */
    int discard() {
        int thrown = 0;
        while (thrown < MOST_DISCARDED && receiveAny() >= 0) {
            thrown++;
        }
        return thrown;
    }

    /** What to watch for reading. */
    public int fd() {
        return fd;
    }

    /** The index of the interface the socket was opened on. */
    public int ifindex() {
        return ifindex;
    }

    /** A way to an address or a group, out of the interface, with that source address; allocates. */
    public Destination to(InetAddress address, InetAddress from) {
        return Destination.routed(address, from, ifindex);
    }

    /**
     * A way to a group by frames that everybody on the link gets (ucarp -M); allocates.
     *
     * @throws SystemCallException what the kernel says
     */
    public Destination toEverybody(InetAddress group, InetAddress from) throws SystemCallException {
        frames.open(Way.LINK);
        return Destination.broadcast(group, from, ifindex);
    }

    /**
     * A way to a group by frames from the virtual MAC 00:00:5e:00:01:vhid, whatever the interface's own is; allocates.
     *
     * @param everybody whether the frames are for everybody on the link (ucarp -M), not for the group only
     * @throws SystemCallException what the kernel says
     */
    public Destination fromVirtualMac(InetAddress group, InetAddress from, int vhid, boolean everybody)
            throws SystemCallException {
        frames.open(Way.FRAME);
        return Destination.fromVirtualMac(group, from, ifindex, vhid, everybody);
    }

    /**
     * Sends one packet, with TTL 255.
     *
     * @param payload the bytes between position and limit, which stay as they are
     * @return 0, or the error number
     */
    public int send(ByteBuffer payload, Destination to) {
        out.send(to, payload);
        return LibC.sendmsg(fd(to.way()), out.memory(), to.memory(), MSG_DONTWAIT) < 0 ? LibC.errno() : 0;
    }

    /** What packets on this way are sent through. */
    int fd(Way way) {
        return way == Way.ROUTED ? fd : frames.fd(way);
    }

    /** Takes the next packet that has arrived on the interface; false if there is none. */
    public boolean receive() {
        int length;
        while ((length = receiveAny()) >= 0) {
            int header = ipv4 && length > 0 ? (in.octet(0) & 0x0f) * 4 : 0;
            if (in.ifindex(ipv4) == ifindex && header <= length) {
                ttl = ipv4 ? in.octet(8) : in.hopLimit();
                source = in.sender(sources, ipv4);
                target = in.target(targets, ipv4);
                packet.limit(length).position(header);
                return true;
            }
        }
        return false;
    }

    private int receiveAny() {
        // A pending error of the socket is reported once, in place of a packet, so the next call goes on.
        for (int attempt = 0; attempt < 8; attempt++) {
            in.reset();
            long length = LibC.recvmsg(fd, in.memory(), MSG_DONTWAIT);
            if (length >= 0) {
                return (int) length;
            }
            if (LibC.errno() == LibC.EAGAIN) {
                return -1;
            }
        }
        return -1;
    }

    /** The bytes behind the IP header of the packet received last; reused by the next one. */
    public ByteBuffer packet() {
        return packet;
    }

    /** The sender of the packet received last. */
    public InetAddress source() {
        if (source == null) {
            throw new IllegalStateException("nothing received yet");
        }
        return source;
    }

    /** Where the packet received last was sent to: this node, or a group. */
    public InetAddress target() {
        if (target == null) {
            throw new IllegalStateException("nothing received yet");
        }
        return target;
    }

    /** The TTL or hop limit of the packet received last, 0..255. */
    public int ttl() {
        return ttl;
    }

    @Override
    public void close() {
        LibC.close(fd);
        frames.close();
    }
}
