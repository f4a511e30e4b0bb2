// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who answers ARP for an address that has a hardware address of its own. Linux answers for any address of the node on any
 * interface, and asks in the name of any, with the hardware address of that interface. That is for the operator to
 * change, for it concerns all addresses of an interface. IPv6 does not do it.
 */
final class ArpAnswers {
    /** Values of arp_ignore with which an interface answers for no address of another one. */
    private static final Set<Integer> ANSWERS_FOR_ITS_OWN = Set.of(1, 2, 8);

    private ArpAnswers() {}

    /**
     * That the interface below the one with the addresses says nothing of them.
     *
     * @throws IOException with what to set, if it would
     */
    static void requireSilence(String parent, List<VirtualIp> ips) throws IOException {
        // What cannot be read was read before the node took part, and that it was changed meanwhile is less likely.
        if (ips.stream().noneMatch(VirtualIp::isIpv4) || Sysctl.isUnreadable("ipv4", parent, "arp_ignore")) {
            return;
        }
        int all = Sysctl.value("ipv4", "all", "arp_ignore");
        if (all > 1) {
            throw new IOException("virtualMac = true: with net.ipv4.conf.all.arp_ignore = " + all
                    + " nobody would answer ARP for the virtual IPs: sysctl -w net.ipv4.conf.all.arp_ignore=1");
        }
        var needed = new ArrayList<String>();
        if (!ANSWERS_FOR_ITS_OWN.contains(Sysctl.highest("ipv4", parent, "arp_ignore"))) {
            needed.add(Sysctl.key("ipv4", parent, "arp_ignore") + "=1");
        }
        if (Sysctl.highest("ipv4", parent, "arp_announce") < 2) {
            needed.add(Sysctl.key("ipv4", parent, "arp_announce") + "=2");
        }
        if (!needed.isEmpty()) {
            throw new IOException("virtualMac = true: " + parent + " would answer ARP for the virtual IPs with its own"
                    + " hardware address: sysctl -w " + String.join(" ", needed));
        }
    }
}
