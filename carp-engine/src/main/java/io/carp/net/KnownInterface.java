// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.AddressMessage;
import io.carp.linux.LinkMessage;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** What the kernel has told of one network interface. Loop thread only. */
final class KnownInterface {
    /** In IPv4 this bit says secondary. In IPv6 it says temporary: such an address changes every day, for privacy. */
    private static final int SECOND_CHOICE = AddressMessage.IFA_F_SECONDARY | AddressMessage.IFA_F_DEPRECATED;

    /**
     * What matters of an interface.
     *
     * @param portOf the interface that takes what arrives here, for a person: {@code bridge br0}; empty if none does
     * @param loss a number that changes whenever sockets may have lost the groups they joined, though the interface
     *     looks as before
     * @param addresses the addresses that may be a source, the best one first; a virtual IP is never among them
     * @param inVrf whether its routes are in a table of their own
     */
    record State(
            int ifindex,
            boolean up,
            boolean running,
            String portOf,
            int loss,
            List<InetAddress> addresses,
            boolean inVrf) {
        /** The best source address in that family; null if there is none. */
        @Nullable
        InetAddress first(boolean ipv4, boolean linkLocal) {
            for (var each : addresses) {
                if (each instanceof Inet4Address == ipv4 && (ipv4 || each.isLinkLocalAddress() == linkLocal)) {
                    return each;
                }
            }
            return null;
        }
    }

    private final List<AddressMessage> addresses = new ArrayList<>();
    private final IntSupplier numbers;
    private LinkMessage link;
    private int loss;

    /** @param numbers gives a new number at each call */
    KnownInterface(LinkMessage link, IntSupplier numbers) {
        this.link = link;
        this.numbers = numbers;
        this.loss = numbers.getAsInt();
    }

    String name() {
        return link.name();
    }

    /** Its other names, which we do not accept as configuration. */
    List<String> alternativeNames() {
        return link.alternativeNames();
    }

    void is(LinkMessage now) {
        link = now;
        if (!now.isUp()) {
            loss = numbers.getAsInt();
        }
    }

    // The addresses keep the order in which they came, so a renewed one stays where it is.
    void put(AddressMessage address) {
        for (int i = 0; i < addresses.size(); i++) {
            if (same(addresses.get(i), address)) {
                addresses.set(i, address);
                return;
            }
        }
        addresses.add(address);
    }

    void remove(AddressMessage address) {
        boolean ipv4 = isIpv4(address);
        if (addresses.removeIf(known -> same(known, address))
                && addresses.stream().noneMatch(left -> isIpv4(left) == ipv4)) {
            // Linux forgets the groups of an interface when the interface loses the whole family. An MTU that is too
            // small for the family is enough for that.
            loss = numbers.getAsInt();
        }
    }

    /** @param names gives the name of the interface with an index; empty if it is not known */
    State state(IntFunction<String> names) {
        List<InetAddress> usable = new ArrayList<>();
        add(usable, 0);
        add(usable, SECOND_CHOICE);
        String portOf = link.isPort() ? (link.masterKind() + " " + names.apply(link.master())).strip() : "";
        return new State(
                link.ifindex(),
                link.isUp(),
                link.isRunning(),
                portOf,
                loss,
                List.copyOf(usable),
                link.masterKind().equals("vrf"));
    }

    private void add(List<InetAddress> usable, int choice) {
        for (var each : addresses) {
            if (canBeSource(each) && (choice == 0) == ((each.flags() & SECOND_CHOICE) == 0)) {
                usable.add(each.local());
            }
        }
    }

    // A virtual IP moves between the peers, so it cannot be the source of one of them.
    private static boolean canBeSource(AddressMessage address) {
        int notUsable = AddressMessage.IFA_F_TENTATIVE | AddressMessage.IFA_F_DADFAILED;
        return address.proto() != AddressMessage.PROTO_CARP && (address.flags() & notUsable) == 0;
    }

    private static boolean isIpv4(AddressMessage address) {
        return address.local() instanceof Inet4Address;
    }

    private static boolean same(AddressMessage one, AddressMessage other) {
        return one.local().equals(other.local()) && one.prefixLength() == other.prefixLength();
    }
}
