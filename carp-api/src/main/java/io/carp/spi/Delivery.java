// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the advertisements of one virtual host go in one family, and where they come from: either to a multicast group
 * or to a list of peers.
 *
 * @param networkInterface the interface, such as {@code eth0}
 * @param family INET or INET6; all addresses here are of this family
 * @param vhid 1..255
 * @param group the multicast group; means nothing if there are peers
 * @param broadcast the frame goes to everybody on the link; the IP packet in it still goes to the group
 * @param peers who gets each advertisement, and who alone is listened to; may name this node itself; empty for
 *     multicast. Link-local addresses carry no scope: they are meant on the interface
 * @param source the address to speak from; null for the transport's choice
 * @param virtualMac a master's frames to a group leave from the hardware address 00:00:5e:00:01:vhid
 */
public record Delivery(
        String networkInterface,
        StandardProtocolFamily family,
        int vhid,
        InetAddress group,
        boolean broadcast,
        List<InetAddress> peers,
        @Nullable InetAddress source,
        boolean virtualMac) {

    /** The IPv4 group of CARP and VRRP. */
    public static final InetAddress GROUP = literal("224.0.0.18");

    /** The IPv6 group of CARP and VRRP. */
    public static final InetAddress GROUP6 = literal("ff02::12");

    public Delivery {
        Objects.requireNonNull(networkInterface, "networkInterface");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(group, "group");
        peers = List.copyOf(peers);
    }

    /** The same, from the hardware address of the interface. */
    public Delivery(
            String networkInterface,
            StandardProtocolFamily family,
            int vhid,
            InetAddress group,
            boolean broadcast,
            List<InetAddress> peers,
            @Nullable InetAddress source) {
        this(networkInterface, family, vhid, group, broadcast, peers, source, false);
    }

    /** As ucarp and the BSDs do unless told otherwise: multicast to the usual group. */
    public static Delivery multicast(String networkInterface, StandardProtocolFamily family, int vhid) {
        var group = family == StandardProtocolFamily.INET ? GROUP : GROUP6;
        return new Delivery(networkInterface, family, vhid, group, false, List.of(), null, false);
    }

    /** Whether it goes to peers, and so may cross routers. */
    public boolean isUnicast() {
        return !peers.isEmpty();
    }

    /** Whether this is IPv4. */
    public boolean isIpv4() {
        return family == StandardProtocolFamily.INET;
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }
}
