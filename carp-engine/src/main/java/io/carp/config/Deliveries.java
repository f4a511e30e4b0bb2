// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.keys.LinkKeys.BROADCAST;
import static io.carp.keys.LinkKeys.MULTICAST_GROUP;
import static io.carp.keys.LinkKeys.MULTICAST_GROUP6;
import static io.carp.keys.LinkKeys.PEERS;
import static io.carp.keys.LinkKeys.SOURCE;

import io.carp.keys.Key;
import io.carp.spi.Delivery;
import io.carp.spi.VirtualIp;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the advertisements of a virtual host go: one delivery for each family that is spoken. With multicast these are
 * the families of the virtual IPs, as with the BSDs; with peers those of the peers, whatever the virtual IPs are.
 *
 * @param all one or two
 */
public record Deliveries(List<Delivery> all) {
    private static final Set<String> WITHOUT_PEERS =
            Set.of(MULTICAST_GROUP.name(), MULTICAST_GROUP6.name(), BROADCAST.name());

    /** What a file says of peers or groups replaces what the node's defaults say of the other. */
    static void override(Map<String, Object> defaults, Map<String, ?> file) {
        CfgValues own = new CfgValues(file);
        if (own.text(PEERS) != null) {
            defaults.keySet().removeAll(WITHOUT_PEERS);
        }
        if (own.text(MULTICAST_GROUP) != null
                || own.text(MULTICAST_GROUP6) != null
                || "true".equals(own.text(BROADCAST))) {
            defaults.remove(PEERS.name());
        }
    }

    static Deliveries parse(
            CfgValues values, String networkInterface, int vhid, List<VirtualIp> virtualIps, boolean virtualMac)
            throws ConfigurationRefused {
        List<InetAddress> peers = unicast(values, PEERS, networkInterface, virtualIps);
        List<InetAddress> sources = unicast(values, SOURCE, networkInterface, virtualIps);
        boolean broadcast = values.flag(BROADCAST);
        if (!peers.isEmpty()) {
            refuseBeside(values, broadcast);
            refuseMixture(peers);
        }
        InetAddress group = group(values, MULTICAST_GROUP, Delivery.GROUP);
        InetAddress group6 = group(values, MULTICAST_GROUP6, Delivery.GROUP6);
        List<Delivery> all = new ArrayList<>();
        for (StandardProtocolFamily family : families(peers, virtualIps)) {
            boolean ipv4 = family == StandardProtocolFamily.INET;
            List<InetAddress> peersOfIt = of(peers, ipv4);
            List<InetAddress> sourcesOfIt = of(sources, ipv4);
            if (sourcesOfIt.size() > 1) {
                throw ConfigurationRefused.of(SOURCE, text(values, SOURCE), "one address of a family");
            }
            InetAddress source = sourcesOfIt.isEmpty() ? null : sourcesOfIt.get(0);
            refuseUnreachable(peersOfIt, source);
            all.add(Delivery.multicast(networkInterface, family, vhid)
                    .withGroup(ipv4 ? group : group6)
                    .withBroadcast(broadcast)
                    .withPeers(peersOfIt)
                    .withSource(source)
                    .withVirtualMac(virtualMac));
        }
        refuseUnspoken(sources, all);
        return new Deliveries(List.copyOf(all));
    }

    private static List<StandardProtocolFamily> families(List<InetAddress> peers, List<VirtualIp> virtualIps) {
        List<InetAddress> deciding =
                peers.isEmpty() ? virtualIps.stream().map(VirtualIp::address).toList() : peers;
        List<StandardProtocolFamily> families = new ArrayList<>();
        boolean ipv6 = !of(deciding, false).isEmpty();
        if (!ipv6 || !of(deciding, true).isEmpty()) {
            families.add(StandardProtocolFamily.INET);
        }
        if (ipv6) {
            families.add(StandardProtocolFamily.INET6);
        }
        return families;
    }

    private static List<InetAddress> of(List<InetAddress> addresses, boolean ipv4) {
        return addresses.stream()
                .filter(each -> each instanceof Inet4Address == ipv4)
                .toList();
    }

    private static List<InetAddress> unicast(
            CfgValues values, Key<?> key, String networkInterface, List<VirtualIp> virtualIps)
            throws ConfigurationRefused {
        List<InetAddress> result = new ArrayList<>();
        for (String item : values.list(key)) {
            InetAddress address = IpLiteral.onLink(item, networkInterface);
            if (address == null || !IpLiteral.isUnicast(address)) {
                throw ConfigurationRefused.of(key, item);
            }
            if (virtualIps.stream().anyMatch(ip -> ip.address().equals(address))) {
                throw ConfigurationRefused.of(key, item, "an address that stays on its node, not a virtual IP");
            }
            if (!result.contains(address)) {
                result.add(address);
            }
        }
        return result;
    }

    private static InetAddress group(CfgValues values, Key<?> key, InetAddress absent) throws ConfigurationRefused {
        String text = values.text(key);
        if (text == null) {
            return absent;
        }
        InetAddress address = IpLiteral.address(text);
        if (address == null || !address.isMulticastAddress() || address.getClass() != absent.getClass()) {
            throw ConfigurationRefused.of(key, text);
        }
        return address;
    }

    private static void refuseBeside(CfgValues values, boolean broadcast) throws ConfigurationRefused {
        for (Key<?> key : List.of(MULTICAST_GROUP, MULTICAST_GROUP6)) {
            if (values.text(key) != null) {
                throw ConfigurationRefused.of(
                        key, text(values, key), "either peers or " + key + ": to peers nothing is multicast");
            }
        }
        if (broadcast) {
            throw ConfigurationRefused.of(
                    BROADCAST, "true", "either peers or broadcast: to peers nothing is broadcast");
        }
    }

    /** A tie is settled by the address each speaks from: that has to be the same address for all peers. */
    private static void refuseMixture(List<InetAddress> peers) throws ConfigurationRefused {
        List<InetAddress> ipv6 = of(peers, false);
        long linkLocal = ipv6.stream().filter(InetAddress::isLinkLocalAddress).count();
        if (linkLocal > 0 && linkLocal < ipv6.size()) {
            throw new ConfigurationRefused("peers names link-local and other IPv6 addresses: allowed is one kind only,"
                    + " since a node speaks to all its peers from one address");
        }
    }

    private static void refuseUnreachable(List<InetAddress> peers, @Nullable InetAddress source)
            throws ConfigurationRefused {
        if (source != null
                && !(source instanceof Inet4Address)
                && source.isLinkLocalAddress()
                && !peers.isEmpty()
                && !peers.get(0).isLinkLocalAddress()) {
            throw ConfigurationRefused.of(
                    SOURCE, source.getHostAddress(), "an address that is not link-local, since the peers are not");
        }
    }

    private static void refuseUnspoken(List<InetAddress> sources, List<Delivery> all) throws ConfigurationRefused {
        for (InetAddress source : sources) {
            if (all.stream().noneMatch(each -> source.equals(each.source()))) {
                throw ConfigurationRefused.of(
                        SOURCE,
                        source.getHostAddress(),
                        "an address of a family that is spoken: that of the peers, without peers that of virtualIps");
            }
        }
    }

    private static String text(CfgValues values, Key<?> key) {
        return String.valueOf(values.text(key));
    }
}
