// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Sysctl;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.List;

/** Whether an interface takes IPv6 addresses, in the network namespace of the calling thread. */
final class Ipv6 {
    private Ipv6() {}

    /** Whether there are IPv6 addresses among these and the interface takes none. */
    static boolean isRefused(String networkInterface, List<VirtualIp> ips) {
        return ips.stream().anyMatch(ip -> !ip.isIpv4()) && Sysctl.isOn("ipv6", networkInterface, "disable_ipv6");
    }

    /** Throws if there are IPv6 addresses among these and the interface takes none. */
    static void require(String networkInterface, List<VirtualIp> ips) throws IOException {
        if (isRefused(networkInterface, ips)) {
            throw new IOException("IPv6 is disabled on " + networkInterface + ": sysctl -w "
                    + Sysctl.key("ipv6", networkInterface, "disable_ipv6") + "=0, or leave the IPv6 addresses out");
        }
    }
}
