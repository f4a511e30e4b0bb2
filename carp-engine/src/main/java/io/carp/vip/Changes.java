// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.LinkMessage;
import io.carp.linux.NetlinkMonitor;
import java.util.HashSet;
import java.util.Set;

/** What the kernel told since the last look: whether to look again, and why an address may be missing. */
final class Changes implements NetlinkMonitor.Listener {
    private final Set<Integer> wentDown = new HashSet<>();
    private boolean any;

    @Override
    public void address(AddressMessage address, boolean deleted) {
        // Our own renewals of IPv6 addresses come back without a sender.
        if (deleted || !Round.isOurs(address)) {
            any = true;
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

    boolean any() {
        return any;
    }

    /** Whether the interface was down for a while, which flushes its IPv6 addresses. */
    boolean wentDown(int ifindex) {
        return wentDown.contains(ifindex);
    }

    void clear() {
        any = false;
        wentDown.clear();
    }
}
