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

/** What the kernel has told since the last look: it shows whether to look again, and why an address may be missing. */
final class KernelNews implements NetlinkMonitor.Listener {
    private final Set<Integer> wentDown = new HashSet<>();
    private final Map<InetAddress, String> removers = new HashMap<>();
    private final Set<InetAddress> changed = new HashSet<>();
    private boolean any;

    @Override
    public void address(AddressMessage address, boolean deleted, int requester) {
        // Notices of our own renewals of IPv6 addresses name no sender, so we leave them out here.
        if (deleted || !KernelAddresses.isOurs(address)) {
            changed.add(address.local());
        }
        if (deleted && KernelAddresses.isOurs(address)) {
            // The process is looked up at once, since it may have ended a moment later.
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

    /** Whether to look again. Addresses of others are no reason to, though thousands of them may come and go. */
    boolean concern(Set<InetAddress> bound) {
        return any || !Collections.disjoint(bound, changed);
    }

    /** Whether nothing was told that could be a reason to look again. */
    boolean isEmpty() {
        return !any && changed.isEmpty();
    }

    /** Whether the interface was down for a while, which flushes its IPv6 addresses. */
    boolean wentDown(int ifindex) {
        return wentDown.contains(ifindex);
    }

    /** The process that removed one of our addresses; empty if none did or it is not known. */
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
