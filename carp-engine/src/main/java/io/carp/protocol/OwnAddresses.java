// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The source addresses of our own advertisements, at most one in each family. */
final class OwnAddresses {
    /**
     * IPv4 and IPv6 advertisements leave one after the other, so if IPv4 got through, it would have settled the tie by
     * the third.
     */
    private static final int IPV6_DECIDES_AT = 3;

    private @Nullable InetAddress ipv4;
    private @Nullable InetAddress ipv6;
    private long changes;
    private byte[] ipv4Bytes = SealTrailer.none(false);
    private byte[] ipv6Bytes = SealTrailer.none(true);

    void set(boolean isIpv6, @Nullable InetAddress address) {
        changes++;
        byte[] bytes = address == null ? SealTrailer.none(isIpv6) : address.getAddress();
        if (isIpv6) {
            ipv6 = address;
            ipv6Bytes = bytes;
        } else {
            ipv4 = address;
            ipv4Bytes = bytes;
        }
    }

    /** How often they were set. */
    long changes() {
        return changes;
    }

    /** The bytes of ours in that family; zeros if there is none. */
    byte[] bytes(boolean isIpv6) {
        return isIpv6 ? ipv6Bytes : ipv4Bytes;
    }

    /** Whether the address is one of ours, so that what comes from it is our own echo. */
    boolean contains(InetAddress source) {
        return source.equals(ipv4) || source.equals(ipv6);
    }

    /**
     * The node with the numerically lower source address keeps a tie. The order of two nodes may differ in IPv4 and
     * IPv6, and if each family decided for itself, both nodes would yield. So IPv4 decides where it is spoken. IPv6
     * decides only if the tie is still open at the third advertisement, which shows that IPv4 does not get through.
     */
    Tie against(Neighbour other) {
        if (other.isIpv6() && ipv4 != null && other.ties() < IPV6_DECIDES_AT) {
            return Tie.OPEN;
        }
        return keepTieAgainst(other.address()) ? Tie.KEPT : Tie.LOST;
    }

    /** Whether ours is the lower address. Without an address to compare we yield. */
    boolean keepTieAgainst(InetAddress theirs) {
        InetAddress ours = theirs instanceof Inet6Address ? ipv6 : ipv4;
        return ours != null && Arrays.compareUnsigned(ours.getAddress(), theirs.getAddress()) < 0;
    }
}
