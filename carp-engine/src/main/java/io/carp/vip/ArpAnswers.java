// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Sysctl;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Checks that only one interface answers ARP for an address that has a hardware address of its own. By default Linux
 * answers for any address of the node on any interface, and asks in the name of any, with the hardware address of that
 * interface. Only the operator should change that, since it concerns all addresses of an interface. IPv6 does not have
 * this problem.
 */
final class ArpAnswers {
    /** Values of arp_ignore with which an interface answers for no address of another one. */
    private static final Set<Integer> ANSWERS_FOR_ITS_OWN = Set.of(1, 2, 8);

    private ArpAnswers() {}

    /**
     * Checks that the interface below the one with the addresses does not answer for them.
     *
     * @throws IOException if it would answer; the message says what to set
     */
    static void requireSilence(String parent, List<VirtualIp> ips) throws IOException {
        // If the setting cannot be read now, it was read before the node took part, and it has probably not changed.
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
