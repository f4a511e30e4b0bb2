// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Makes, changes and deletes interfaces with a hardware address of their own on top of another one (macvlan). It is for
 * one thread at a time, uses {@link Netlink}'s socket and time-out, and needs CAP_NET_ADMIN.
 */
public final class Macvlan {
    private static final String KIND = "macvlan";

    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int IFLA_MACVLAN_MODE = 1;
    private static final int MACVLAN_MODE_BRIDGE = 4;

    private static final int IFLA_INET_CONF = 1;
    private static final int IPV4_DEVCONF_RP_FILTER = 8;
    private static final int IPV4_DEVCONF_ARP_ANNOUNCE = 18;
    private static final int IPV4_DEVCONF_ARP_IGNORE = 19;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;

    private final Netlink netlink;

    public Macvlan(Netlink netlink) {
        this.netlink = netlink;
    }

    /**
     * RTM_NEWLINK: makes an interface, which is down. Its mode is bridge: in private mode the kernel keeps a broadcast
     * or multicast from our own hardware address away from the interface below, so a second master would go unheard.
     *
     * @param name at most 15 characters
     * @param parent the index of the interface below
     * @param mac six bytes
     * @throws SystemCallException with {@link LibC#EEXIST} if the name is taken, with {@link LibC#EOPNOTSUPP} if this
     *     kernel has no macvlan, with {@link LibC#EBUSY} if the interface below belongs to a bridge or a bond
     */
    public void create(String name, int parent, byte[] mac) throws SystemCallException {
        create(KIND, name, parent, mac);
    }

    void create(String kind, String name, int parent, byte[] mac) throws SystemCallException {
        var out = netlink.begin(
                NetlinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_ACK | Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
        header(out, 0, 0, 0);
        Attributes.put(out, LinkMessage.IFLA_IFNAME, text(name));
        Attributes.put(out, LinkMessage.IFLA_ADDRESS, mac);
        Attributes.putInt(out, IFLA_LINK, parent);
        int info = Attributes.begin(out, IFLA_LINKINFO);
        Attributes.put(out, IFLA_INFO_KIND, text(kind));
        int data = Attributes.begin(out, IFLA_INFO_DATA);
        Attributes.putInt(out, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
        Attributes.end(out, data);
        Attributes.end(out, info);
        netlink.exchange("make the interface " + name);
    }

    /** Notes in words whose interface it is (IFLA_IFALIAS); {@code ip link} shows it. */
    public void mark(int ifindex, String alias) throws SystemCallException {
        var out = set(ifindex);
        Attributes.put(out, IFLA_IFALIAS, text(alias));
        netlink.exchange("mark interface " + ifindex);
    }

    /**
     * Keeps the interface silent except for the addresses that it is given: it answers ARP only for them, asks only in
     * their name, and makes no link-local address. Its rp_filter is loose, because the answer to what comes in here
     * leaves by the interface below.
     */
    public void quiet(int ifindex) throws SystemCallException {
        var out = set(ifindex);
        int families = Attributes.begin(out, IFLA_AF_SPEC);
        int inet = Attributes.begin(out, LibC.AF_INET);
        int conf = Attributes.begin(out, IFLA_INET_CONF);
        Attributes.putInt(out, IPV4_DEVCONF_RP_FILTER, 2);
        Attributes.putInt(out, IPV4_DEVCONF_ARP_ANNOUNCE, 2);
        Attributes.putInt(out, IPV4_DEVCONF_ARP_IGNORE, 1);
        Attributes.end(out, conf);
        Attributes.end(out, inet);
        Attributes.end(out, families);
        netlink.exchange("configure interface " + ifindex);
        out = set(ifindex);
        families = Attributes.begin(out, IFLA_AF_SPEC);
        int inet6 = Attributes.begin(out, LibC.AF_INET6);
        Attributes.put(out, IFLA_INET6_ADDR_GEN_MODE, new byte[] {IN6_ADDR_GEN_MODE_NONE});
        Attributes.end(out, inet6);
        Attributes.end(out, families);
        try {
            netlink.exchange("configure interface " + ifindex);
        } catch (SystemCallException e) {
            if (e.errno() != LibC.EAFNOSUPPORT) {
                throw e; // EAFNOSUPPORT: without IPv6 there is nothing to keep silent.
            }
        }
    }

    /** Sets the interface up or down. */
    public void up(int ifindex, boolean up) throws SystemCallException {
        var out = netlink.begin(NetlinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_ACK);
        header(out, ifindex, up ? LinkMessage.IFF_UP : 0, LinkMessage.IFF_UP);
        netlink.exchange("set interface " + ifindex + (up ? " up" : " down"));
    }

    /**
     * Makes the interface belong to another one, such as a VRF; with 0 to none. The kernel sets it down and up on the
     * way.
     */
    public void master(int ifindex, int master) throws SystemCallException {
        var out = set(ifindex);
        Attributes.putInt(out, LinkMessage.IFLA_MASTER, master);
        netlink.exchange("put interface " + ifindex + " where the one below it belongs");
    }

    /** RTM_DELLINK. */
    public void delete(int ifindex) throws SystemCallException {
        var out = netlink.begin(NetlinkMessage.RTM_DELLINK, NetlinkMessage.NLM_F_ACK);
        header(out, ifindex, 0, 0);
        netlink.exchange("delete interface " + ifindex);
    }

    /**
     * Whether the interface is a macvlan on top of that one. If that is a macvlan itself, the kernel puts ours beside
     * it.
     */
    public static boolean isOne(LinkMessage link, LinkMessage parent) {
        int below = parent.kind().equals(KIND) ? parent.parent() : parent.ifindex();
        return link.kind().equals(KIND) && link.parent() == below;
    }

    private ByteBuffer set(int ifindex) {
        var out = netlink.begin(NetlinkMessage.RTM_NEWLINK, NetlinkMessage.NLM_F_ACK);
        header(out, ifindex, 0, 0);
        return out;
    }

    /** {@code struct ifinfomsg}. */
    private static void header(ByteBuffer out, int ifindex, int flags, int change) {
        out.putInt(LibC.AF_UNSPEC).putInt(ifindex).putInt(flags).putInt(change);
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }
}
