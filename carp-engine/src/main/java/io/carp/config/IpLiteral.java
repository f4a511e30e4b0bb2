// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.IdentityKeys;
import io.carp.spi.VirtualIp;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses as configured: literals only, because a name look-up may block, and lie. */
final class IpLiteral {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    /** Not with a dot in front: that would be looked up as a name. */
    private static final Pattern IPV6 = Pattern.compile("(?!\\.)[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private IpLiteral() {}

    /** @param networkInterface what may follow a link-local address, behind {@code %} */
    static VirtualIp virtualIp(String text, String networkInterface) throws ConfigurationRefused {
        int slash = text.indexOf('/');
        InetAddress address = onLink(slash < 0 ? text : text.substring(0, slash), networkInterface);
        if (address == null || !isUnicast(address)) {
            throw ConfigurationRefused.of(IdentityKeys.VIRTUAL_IPS, text);
        }
        int bits = address.getAddress().length * 8;
        int prefixLength = slash < 0 ? bits : prefixLength(text.substring(slash + 1));
        if (prefixLength < 0 || prefixLength > bits) {
            throw ConfigurationRefused.of(IdentityKeys.VIRTUAL_IPS, text, "a prefix length 0.." + bits);
        }
        String kind = nobodys(address, prefixLength);
        if (!kind.isEmpty()) {
            throw ConfigurationRefused.of(
                    IdentityKeys.VIRTUAL_IPS, text, "an address that a host can have; this is " + kind);
        }
        return new VirtualIp(address, prefixLength);
    }

    /** What it is, if a host cannot share it with others on a link; else empty. */
    private static String nobodys(InetAddress address, int prefixLength) {
        if (address.isLoopbackAddress()) {
            return "a loopback address, which each host has for itself";
        }
        byte[] bytes = address.getAddress();
        if (bytes.length == 4 && bytes[0] == 0) {
            return "in 0.0.0.0/8, where there are no hosts";
        }
        int hostBits = bytes.length * 8 - prefixLength;
        if (hostBits < 2 || prefixLength == 0) {
            return ""; // A network of one or two addresses has no others (RFC 3021, RFC 6164).
        }
        BigInteger mask = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.ONE);
        BigInteger host = new BigInteger(1, bytes).and(mask);
        if (host.signum() == 0) {
            return bytes.length == 4
                    ? "the address of the network /" + prefixLength + " itself"
                    : "the address of all routers of the network /" + prefixLength;
        }
        return bytes.length == 4 && host.equals(mask) ? "the broadcast address of the network /" + prefixLength : "";
    }

    /** Whether it can belong to one machine. A peer such as 198.51.100.224 does: 224.0.0.0/4 is what is multicast. */
    static boolean isUnicast(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress() && !isBroadcast(address);
    }

    /** As {@link #address}; a link-local IPv6 address may say {@code %} and the interface it is on. */
    static @Nullable InetAddress onLink(String text, String networkInterface) {
        String scope = "%" + networkInterface;
        if (!text.endsWith(scope)) {
            return address(text);
        }
        InetAddress address = address(text.substring(0, text.length() - scope.length()));
        return address instanceof Inet6Address && address.isLinkLocalAddress() ? address : null;
    }

    /** Null if it is not an address in digits. */
    static @Nullable InetAddress address(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(text); // A literal by now: nobody is asked.
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static int prefixLength(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    private static boolean isBroadcast(InetAddress address) {
        return address.getHostAddress().equals("255.255.255.255");
    }
}
