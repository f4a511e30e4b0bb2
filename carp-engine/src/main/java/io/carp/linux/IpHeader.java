// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The IP header of an advertisement where the kernel does not write it, with the values of ucarp and the BSDs. The
 * Ethernet header is in front of it where the kernel does not write that either. Immutable.
 */
final class IpHeader {
    static final IpHeader NONE = new IpHeader(new byte[0], 0);

    private static final int CARP = 112;
    private static final int TTL = 255;
    private static final int IPV4_LENGTH = 20;
    private static final int IPV6_LENGTH = 40;
    private static final int ETHERNET_LENGTH = 14;

    private final byte[] bytes;
    /** Where the IP header begins. */
    private final int start;

    private final int sum;

    private IpHeader(byte[] bytes, int start) {
        this.bytes = bytes;
        this.start = start;
        int total = 0;
        for (int i = start; i < bytes.length; i += 2) {
            total += (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
        }
        this.sum = total;
    }

    static IpHeader of(InetAddress to, InetAddress from) {
        if (to instanceof Inet4Address) {
            // version and length, TOS low delay, total length, identification 0, do not fragment, TTL, protocol
            var header =
                    ByteBuffer.allocate(IPV4_LENGTH).putShort((short) 0x4510).putInt(0);
            header.putShort((short) 0x4000).put((byte) TTL).put((byte) CARP).putShort((short) 0);
            return new IpHeader(
                    header.put(from.getAddress()).put(to.getAddress()).array(), 0);
        }
        // version, traffic class and flow 0; payload length, next header, hop limit
        var header = ByteBuffer.allocate(IPV6_LENGTH).putInt(0x60000000).putShort((short) 0);
        header.put((byte) CARP).put((byte) TTL);
        return new IpHeader(header.put(from.getAddress()).put(to.getAddress()).array(), 0);
    }

    /** This header behind an Ethernet header. */
    IpHeader behind(byte[] toMac, byte[] fromMac) {
        var frame =
                ByteBuffer.allocate(ETHERNET_LENGTH + bytes.length).put(toMac).put(fromMac);
        frame.putShort((short) (bytes.length == IPV4_LENGTH ? 0x0800 : 0x86dd)).put(bytes);
        return new IpHeader(frame.array(), ETHERNET_LENGTH);
    }

    int length() {
        return bytes.length;
    }

    /** Writes the header to the beginning of a packet, in front of that many bytes. Allocates nothing. */
    void write(ByteBuffer packet, int payload) {
        packet.put(0, bytes);
        int own = bytes.length - start;
        if (own == IPV4_LENGTH) {
            int total = IPV4_LENGTH + payload;
            int folded = sum + total;
            folded = (folded & 0xffff) + (folded >>> 16);
            folded = (folded & 0xffff) + (folded >>> 16);
            octets(packet, start + 2, total);
            octets(packet, start + 10, ~folded);
        } else if (own == IPV6_LENGTH) {
            octets(packet, start + 4, payload);
        }
    }

    // This is done by hand because the byte order of the buffer is not known here.
    private static void octets(ByteBuffer packet, int at, int value) {
        packet.put(at, (byte) (value >> 8)).put(at + 1, (byte) value);
    }
}
