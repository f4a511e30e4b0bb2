// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Objects;

/**
 * One virtual IP.
 *
 * @param address the address
 * @param prefixLength 0..32 or 0..128; 32 and 128 unless the configuration says otherwise
 */
public record VirtualIp(InetAddress address, int prefixLength) {
    public VirtualIp {
        Objects.requireNonNull(address, "address");
    }

    /** Whether this is an IPv4 address. */
    public boolean isIpv4() {
        return address instanceof Inet4Address;
    }

    /** The address as a person writes it: without the prefix length if that covers just this address. */
    @Override
    public String toString() {
        String text = address.getHostAddress();
        return prefixLength == address.getAddress().length * 8 ? text : text + "/" + prefixLength;
    }
}
