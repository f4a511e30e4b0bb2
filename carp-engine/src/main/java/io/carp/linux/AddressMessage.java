// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An address of an interface as rtnetlink tells and takes it: {@code struct ifaddrmsg} and its attributes.
 *
 * @param ifindex the number of the interface
 * @param local the address
 * @param prefixLength 0..32 or 0..128
 * @param flags IFA_F_*
 * @param proto IFA_PROTO, the program that manages the address, 0..255; 0 if none said so
 * @param label IFA_LABEL of an IPv4 address, or null
 * @param validSeconds for how long it stays, or {@link #INFINITY}
 * @param preferredSeconds for how long it may be chosen as a source, or {@link #INFINITY}
 */
public record AddressMessage(
        int ifindex,
        InetAddress local,
        int prefixLength,
        int flags,
        int proto,
        @Nullable String label,
        long validSeconds,
        long preferredSeconds) {

    public static final long INFINITY = 0xffff_ffffL;

    /** {@link #proto} of every virtual IP that we bind: the mark by which we know our own. */
    public static final int PROTO_CARP = 0x70;

    public static final int IFA_F_SECONDARY = 0x01;
    public static final int IFA_F_NODAD = 0x02;
    public static final int IFA_F_DADFAILED = 0x08;
    public static final int IFA_F_DEPRECATED = 0x20;
    public static final int IFA_F_TENTATIVE = 0x40;
    public static final int IFA_F_PERMANENT = 0x80;
    public static final int IFA_F_NOPREFIXROUTE = 0x200;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_PROTO = 11;

    /** The size of {@code struct ifaddrmsg}. */
    private static final int HEADER = 8;

    /** Appends the whole address, as RTM_NEWADDR wants it. */
    void encode(ByteBuffer out) {
        encodeIdentity(out);
        if (label != null) {
            Attributes.put(out, IFA_LABEL, (label + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        Attributes.put(
                out,
                IFA_CACHEINFO,
                ByteBuffer.allocate(16)
                        .order(out.order())
                        .putInt((int) preferredSeconds)
                        .putInt((int) validSeconds)
                        .array());
        Attributes.putInt(out, IFA_FLAGS, flags);
        Attributes.put(out, IFA_PROTO, new byte[] {(byte) proto});
    }

    /** Appends only what identifies the address, as RTM_DELADDR wants it. */
    void encodeIdentity(ByteBuffer out) {
        int family = local instanceof Inet4Address ? LibC.AF_INET : LibC.AF_INET6;
        out.put((byte) family).put((byte) prefixLength).put((byte) 0).put((byte) 0);
        out.putInt(ifindex);
        Attributes.put(out, IFA_LOCAL, local.getAddress());
        Attributes.put(out, IFA_ADDRESS, local.getAddress());
    }

    /**
     * Reads what lies between position and limit, behind {@code struct nlmsghdr}; the position does not move.
     *
     * @return null if it is no IPv4 or IPv6 address
     */
    static @Nullable AddressMessage decode(ByteBuffer in) {
        int at = in.position();
        if (in.remaining() < HEADER) {
            return null;
        }
        int family = in.get(at);
        int addressLength = family == LibC.AF_INET ? 4 : 16;
        int prefixLength = in.get(at + 1) & 0xff;
        int flags = in.get(at + 2) & 0xff;
        byte[] address = null;
        byte[] local = null;
        int proto = 0;
        String label = null;
        long preferred = INFINITY;
        long valid = INFINITY;
        for (var attribute : Attributes.read(in, at + HEADER)) {
            var value = attribute.value();
            if (value.length < shortest(attribute.type(), addressLength)) {
                continue;
            }
            switch (attribute.type()) {
                case IFA_ADDRESS -> address = value;
                case IFA_LOCAL -> local = value;
                case IFA_LABEL -> label = Attributes.text(value);
                case IFA_FLAGS ->
                    flags = ByteBuffer.wrap(value).order(in.order()).getInt();
                case IFA_PROTO -> proto = value[0] & 0xff;
                case IFA_CACHEINFO -> {
                    var times = ByteBuffer.wrap(value).order(in.order());
                    preferred = Integer.toUnsignedLong(times.getInt());
                    valid = Integer.toUnsignedLong(times.getInt());
                }
                default -> {
                    // Broadcast address, metric and what later kernels tell are of no use here.
                }
            }
        }
        // If the address has a peer, IFA_ADDRESS is the peer's. If it has none, IPv6 leaves IFA_LOCAL out.
        byte[] bytes = local != null ? local : address;
        if (bytes == null
                || (family != LibC.AF_INET && family != LibC.AF_INET6)
                || bytes.length != addressLength
                || prefixLength > 8 * addressLength) {
            return null;
        }
        return new AddressMessage(in.getInt(at + 4), inet(bytes), prefixLength, flags, proto, label, valid, preferred);
    }

    /** How long an attribute has to be so that we can read it. */
    private static int shortest(int type, int addressLength) {
        return switch (type) {
            case IFA_ADDRESS, IFA_LOCAL -> addressLength;
            case IFA_FLAGS -> 4;
            case IFA_PROTO -> 1;
            case IFA_CACHEINFO -> 8;
            default -> 0;
        };
    }

    static InetAddress inet(byte[] bytes) {
        try {
            // InetAddress would make an IPv4 address of one within ::ffff:0:0/96.
            return bytes.length == 16 ? Inet6Address.getByAddress(null, bytes, -1) : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of the kernel: " + Arrays.toString(bytes), e);
        }
    }
}
