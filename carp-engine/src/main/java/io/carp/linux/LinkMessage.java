// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An interface as rtnetlink tells it: {@code struct ifinfomsg} and some of its attributes.
 *
 * @param ifindex its number, which a new interface of the same name does not share
 * @param name such as {@code eth0}
 * @param flags IFF_*
 * @param type ARPHRD_*
 * @param hardwareAddress its MAC address; empty if it has none
 * @param kind the driver of a virtual interface, such as {@code macvlan}; empty for hardware
 * @param parent the index of the interface below it; 0 if there is none
 * @param alias what a person or we have noted about it; empty if nothing
 * @param master the index of the interface it belongs to, such as a bridge; 0 if there is none
 * @param masterKind the driver of that one: {@code bridge}, {@code bond}, {@code vrf}; empty if there is none
 * @param alternativeNames its other names
 */
public record LinkMessage(
        int ifindex,
        String name,
        int flags,
        int type,
        byte[] hardwareAddress,
        String kind,
        int parent,
        String alias,
        int master,
        String masterKind,
        List<String> alternativeNames) {
    public static final int IFF_UP = 0x1;
    public static final int IFF_RUNNING = 0x40;
    public static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;

    /**
     * The kinds of master that take what arrives on their ports. With others, such as a VRF, the addresses of the port
     * itself stay in use.
     */
    private static final Set<String> TAKES_WHAT_ARRIVES =
            Set.of("bridge", "bond", "team", "openvswitch", "batadv", "hsr");

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;

    static final int IFLA_MASTER = 10;

    private static final int IFLA_LINK = 5;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_PROP_LIST = 52;
    private static final int IFLA_ALT_IFNAME = 53;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_SLAVE_KIND = 4;

    /** The size of {@code struct ifinfomsg}. */
    static final int HEADER = 16;

    /** Whether it is administratively up. */
    public boolean isUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Whether its frames have the header of Ethernet, as those of the loop-back interface have, too. */
    public boolean hasEthernetFrames() {
        return (type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK) && hardwareAddress.length == 6;
    }

    /** Whether what arrives on it goes past its own addresses to the interface that it belongs to. */
    public boolean isPort() {
        return TAKES_WHAT_ARRIVES.contains(masterKind);
    }

    /** Whether it is administratively up and has a carrier. */
    public boolean isRunning() {
        return (flags & IFF_RUNNING) != 0;
    }

    /**
     * Reads what lies between position and limit, behind {@code struct nlmsghdr}; the position does not move.
     *
     * @return null if the message is not about an interface as such. Bridges and IPv6 use the same message for their
     *     own matters, and a port that leaves its bridge is not a deleted interface
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
        int master = 0;
        String masterKind = "";
        List<String> alternativeNames = List.of();
        for (var attribute : Attributes.read(in, at + HEADER)) {
            byte[] value = attribute.value();
            switch (attribute.type()) {
                case IFLA_IFNAME -> name = Attributes.text(value);
                case IFLA_ADDRESS -> hardwareAddress = value;
                case IFLA_LINKINFO -> {
                    kind = first(texts(in, value, IFLA_INFO_KIND));
                    masterKind = first(texts(in, value, IFLA_INFO_SLAVE_KIND));
                }
                case IFLA_LINK -> parent = number(in, value);
                case IFLA_MASTER -> master = number(in, value);
                case IFLA_IFALIAS -> alias = Attributes.text(value);
                case IFLA_PROP_LIST -> alternativeNames = texts(in, value, IFLA_ALT_IFNAME);
                default -> {
                    // Statistics and what later kernels tell are of no use here.
                }
            }
        }
        return new LinkMessage(
                in.getInt(at + 4),
                name,
                in.getInt(at + 8),
                in.getShort(at + 2) & 0xffff,
                hardwareAddress,
                kind,
                parent,
                alias,
                master,
                masterKind,
                alternativeNames);
    }

    private static int number(ByteBuffer in, byte[] value) {
        return value.length < Integer.BYTES
                ? 0
                : ByteBuffer.wrap(value).order(in.order()).getInt();
    }

    /** The texts of one type among the attributes that are the value of another. */
    private static List<String> texts(ByteBuffer in, byte[] value, int type) {
        var texts = new ArrayList<String>();
        for (var attribute : Attributes.read(ByteBuffer.wrap(value).order(in.order()), 0)) {
            if (attribute.type() == type) {
                texts.add(Attributes.text(attribute.value()));
            }
        }
        return List.copyOf(texts);
    }

    private static String first(List<String> texts) {
        return texts.isEmpty() ? "" : texts.get(0);
    }
}
