// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.spi.VirtualIp;
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

    private static final String ALLOWED =
            "unicast addresses such as 10.0.0.100 or fd00::100, each with /prefix length if wanted, separated by commas";

    private IpLiteral() {}

    static VirtualIp virtualIp(String key, String text) throws ConfigurationRefused {
        int slash = text.indexOf('/');
        InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null || !isUnicast(address)) {
            throw ConfigurationRefused.of(key, text, ALLOWED);
        }
        int bits = address.getAddress().length * 8;
        int prefixLength = slash < 0 ? bits : prefixLength(text.substring(slash + 1));
        if (prefixLength < 0 || prefixLength > bits) {
            throw ConfigurationRefused.of(key, text, "a prefix length 0.." + bits);
        }
        return new VirtualIp(address, prefixLength);
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
