// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The address objects of the peers heard last, so that a packet from one of them allocates nothing. A slot belongs to
 * the sender that came last, so a flood from many sources makes garbage but never takes more memory. For one thread.
 */
final class AddressCache {
    private static final int SLOTS = 64;

    private final long[] high = new long[SLOTS];
    private final long[] low = new long[SLOTS];
    private final @Nullable InetAddress[] addresses = new InetAddress[SLOTS];

    /** The IPv4 address whose four bytes begin at the index. */
    InetAddress ipv4(ByteBuffer from, int index) {
        return get(from, index, 4, 0, from.getInt(index) & 0xffffffffL, 0);
    }

    /** The IPv6 address whose sixteen bytes begin at the index; a link-local address gets the scope. */
    InetAddress ipv6(ByteBuffer from, int index, int scope) {
        return get(from, index, 16, from.getLong(index), from.getLong(index + 8), scope);
    }

    private InetAddress get(ByteBuffer from, int index, int length, long keyHigh, long keyLow, int scope) {
        int slot = (int) (((keyHigh * 31 + keyLow) * 0x9E3779B97F4A7C15L) >>> 58);
        var known = addresses[slot];
        if (known != null && high[slot] == keyHigh && low[slot] == keyLow) {
            return known;
        }
        var bytes = new byte[length];
        from.get(index, bytes);
        var address = address(bytes, scope);
        high[slot] = keyHigh;
        low[slot] = keyLow;
        addresses[slot] = address;
        return address;
    }

    /** The address with these 4 or 16 bytes; a link-local IPv6 one gets the scope, an interface index. */
    static InetAddress address(byte[] bytes, int scope) {
        try {
            boolean linkLocal = bytes.length == 16 && bytes[0] == (byte) 0xfe && (bytes[1] & 0xc0) == 0x80;
            return linkLocal ? Inet6Address.getByAddress(null, bytes, scope) : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(bytes.length + " bytes are no address", e);
        }
    }
}
