// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The addresses our own advertisements leave from: one a family at most. */
final class OwnAddresses {
    private @Nullable InetAddress ipv4;
    private @Nullable InetAddress ipv6;

    void set(boolean isIpv6, @Nullable InetAddress address) {
        if (isIpv6) {
            ipv6 = address;
        } else {
            ipv4 = address;
        }
    }

    /** Whether it is one of ours: then what comes from it is our own echo. */
    boolean contains(InetAddress source) {
        return source.equals(ipv4) || source.equals(ipv6);
    }

    /** The numerically lower source address keeps a tie. Without an address to compare we yield. */
    boolean keepTieAgainst(InetAddress theirs) {
        InetAddress ours = theirs instanceof Inet6Address ? ipv6 : ipv4;
        return ours != null && Arrays.compareUnsigned(ours.getAddress(), theirs.getAddress()) < 0;
    }
}
