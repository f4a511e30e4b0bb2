// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the advertisements of one virtual host go in one family, and where they come from: either to a multicast group
 * or to a list of peers. Immutable, compared by value; what {@code with…} returns is a changed copy.
 */
@ProviderType
public interface Delivery {
    /** The IPv4 group of CARP and VRRP. */
    InetAddress GROUP = PlainDelivery.literal("224.0.0.18");

    /** The IPv6 group of CARP and VRRP. */
    InetAddress GROUP6 = PlainDelivery.literal("ff02::12");

    /** Multicast to the usual group, as ucarp and the BSDs send by default. */
    static Delivery multicast(String networkInterface, StandardProtocolFamily family, int vhid) {
        var group = family == StandardProtocolFamily.INET ? GROUP : GROUP6;
        return new PlainDelivery(networkInterface, family, vhid, group, false, List.of(), null, false);
    }

    /** The interface, such as {@code eth0}. */
    String networkInterface();

    /** INET or INET6; all addresses here are of this family. */
    StandardProtocolFamily family();

    /** The number of the virtual host, 1..255. */
    int vhid();

    /** The multicast group. It has no meaning if there are peers. */
    InetAddress group();

    /** Whether the frame goes to everybody on the link; the IP packet in it still goes to the group. */
    boolean broadcast();

    /**
     * The nodes that get each advertisement, and the only ones listened to; empty for multicast. This node itself may
     * be among them. Link-local addresses carry no scope, since they are meant on the interface.
     */
    List<InetAddress> peers();

    /** The source address of our advertisements; null for the transport's choice. */
    @Nullable
    InetAddress source();

    /** Whether a master's frames to a group leave from the hardware address 00:00:5e:00:01:vhid. */
    boolean virtualMac();

    /** Whether advertisements go to peers, and so may cross routers. */
    default boolean isUnicast() {
        return !peers().isEmpty();
    }

    /** Whether this is IPv4. */
    default boolean isIpv4() {
        return family() == StandardProtocolFamily.INET;
    }

    /** The same to another multicast group, of the same family. */
    Delivery withGroup(InetAddress group);

    /** @param wanted whether the frame goes to everybody on the link */
    Delivery withBroadcast(boolean wanted);

    /** The same to these peers, and from these alone; empty for multicast. */
    Delivery withPeers(List<InetAddress> peers);

    /** @param source the source address of our advertisements; null for the transport's choice */
    Delivery withSource(@Nullable InetAddress source);

    /** @param wanted whether a master's frames to a group leave from the hardware address 00:00:5e:00:01:vhid */
    Delivery withVirtualMac(boolean wanted);
}
