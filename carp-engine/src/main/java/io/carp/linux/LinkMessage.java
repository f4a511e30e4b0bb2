// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An interface as rtnetlink tells it: {@code struct ifinfomsg} and some of its attributes.
 *
 * @param ifindex its number, which a new interface of the same name does not share
 * @param name such as {@code eth0}
 * @param flags IFF_*
 * @param type ARPHRD_*
 * @param hardwareAddress its MAC address; empty if it has none
 * @param kind what made it, such as {@code macvlan}; empty for hardware
 * @param parent the index of the interface below it; 0 if there is none
 * @param alias what a person or we have noted about it; empty if nothing
 */
public record LinkMessage(
        int ifindex, String name, int flags, int type, byte[] hardwareAddress, String kind, int parent, String alias) {
    public static final int IFF_UP = 0x1;
    public static final int IFF_RUNNING = 0x40;
    public static final int ARPHRD_ETHER = 1;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;

    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_INFO_KIND = 1;

    /** The size of {@code struct ifinfomsg}. */
    static final int HEADER = 16;

    /** Whether it is administratively up. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether ARP and neighbour discovery are at home on it. */
    public boolean isEthernet() {
        return type == ARPHRD_ETHER && hardwareAddress.length == 6;
    }

    /** Whether it is administratively up and has a carrier. */
    public boolean isRunning() {
        return (flags & IFF_RUNNING) != 0;
    }

    /**
     * Reads what lies between position and limit, behind {@code struct nlmsghdr}; the position does not move.
     *
     * @return null if it is not about an interface as such: bridges and IPv6 use the same message for what is theirs,
     *     and a port that leaves its bridge is not a deleted interface
     */
    static @Nullable LinkMessage decode(ByteBuffer in) {
        int at = in.position();
        if (in.remaining() < HEADER || in.get(at) != LibC.AF_UNSPEC) {
            return null;
        }
        String name = "";
        byte[] hardwareAddress = {};
        String kind = "";
        int parent = 0;
        String alias = "";
        for (var attribute : Attributes.read(in, at + HEADER)) {
            byte[] value = attribute.value();
            switch (attribute.type()) {
                case IFLA_IFNAME -> name = Attributes.text(value);
                case IFLA_ADDRESS -> hardwareAddress = value;
                case IFLA_LINKINFO -> kind = kind(ByteBuffer.wrap(value).order(in.order()));
                case IFLA_LINK ->
                    parent = value.length < Integer.BYTES
                            ? 0
                            : ByteBuffer.wrap(value).order(in.order()).getInt();
                case IFLA_IFALIAS -> alias = Attributes.text(value);
                default -> {
                    // Statistics and what later kernels tell is of no use here.
                }
            }
        }
        int type = in.getShort(at + 2) & 0xffff;
        return new LinkMessage(in.getInt(at + 4), name, in.getInt(at + 8), type, hardwareAddress, kind, parent, alias);
    }

    private static String kind(ByteBuffer info) {
        return Attributes.read(info, 0).stream()
                .filter(attribute -> attribute.type() == IFLA_INFO_KIND)
                .map(attribute -> Attributes.text(attribute.value()))
                .findFirst()
                .orElse("");
    }
}
