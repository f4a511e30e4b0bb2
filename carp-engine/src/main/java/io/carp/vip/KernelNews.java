// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.LinkMessage;
import io.carp.linux.NetlinkMonitor;
import io.carp.linux.Requester;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the kernel told since the last look: whether to look again, and why an address may be missing. */
final class KernelNews implements NetlinkMonitor.Listener {
    private final Set<Integer> wentDown = new HashSet<>();
    private final Map<InetAddress, String> removers = new HashMap<>();
    private final Set<InetAddress> changed = new HashSet<>();
    private boolean any;

    @Override
    public void address(AddressMessage address, boolean deleted, int requester) {
        // Our own renewals of IPv6 addresses come back without a sender.
        if (deleted || !KernelAddresses.isOurs(address)) {
            changed.add(address.local());
        }
        if (deleted && KernelAddresses.isOurs(address)) {
            // At once: whoever it was may have ended a moment later.
            removers.put(address.local(), Requester.inWords(requester));
        }
    }

    @Override
    public void link(LinkMessage link, boolean deleted) {
        any = true;
        if (deleted || !link.isUp()) {
            wentDown.add(link.ifindex());
        }
    }

    @Override
    public void overrun() {
        any = true;
    }

    /** Whether to look again. Thousands of addresses of others may come and go, and be no reason to. */
    boolean concern(Set<InetAddress> bound) {
        return any || !Collections.disjoint(bound, changed);
    }

    /** Whether there is anything of which it can be a question. */
    boolean isEmpty() {
        return !any && changed.isEmpty();
    }

    /** Whether the interface was down for a while, which flushes its IPv6 addresses. */
    boolean wentDown(int ifindex) {
        return wentDown.contains(ifindex);
    }

    /** Who removed one of our addresses; empty if nobody did, or that is not known. */
    String remover(InetAddress address) {
        return removers.getOrDefault(address, "");
    }

    void clear() {
        removers.clear();
        changed.clear();
        any = false;
        wentDown.clear();
    }
}
