// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Sysctl;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of prefix lengths: a leased address that is the first of its network takes the others of that network with it
 * when it expires.
 */
final class PrefixLengths {
    private static final Logger LOG = LoggerFactory.getLogger(PrefixLengths.class);

    private final Set<VirtualIp> warned = new HashSet<>();

    /** Warns once for each address that may do so. */
    void warn(Addresses of, List<VirtualIp> ips) {
        String name = of.networkInterface();
        for (var ip : ips) {
            // Mostly there is nothing to look up, and the network waits for a bind.
            if (ip.isIpv4() && ip.prefixLength() < 32 && !isPromoted(name) && warned.add(ip)) {
                LOG.warn(
                        "carp: {}: when {} is released or expires, the other addresses of that network on {} may go with"
                                + " it; leave the prefix length out, or: sysctl -w {}=1",
                        of.name(),
                        ip,
                        name,
                        Sysctl.key("ipv4", name, "promote_secondaries"));
            }
        }
    }

    /** Whether the next address of a network takes the place of the first. */
    private static boolean isPromoted(String networkInterface) {
        return Sysctl.isOn("ipv4", "all", "promote_secondaries")
                || Sysctl.isOn("ipv4", networkInterface, "promote_secondaries");
    }
}
