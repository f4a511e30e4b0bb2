// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressInUseException;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The virtual hosts of this node that use the binder. The lock of the binder guards them. */
final class OpenBindings {
    private final List<NetlinkBinding> bindings = new ArrayList<>();

    boolean add(NetlinkBinding binding) {
        return bindings.add(binding);
    }

    boolean remove(NetlinkBinding binding) {
        return bindings.remove(binding);
    }

    List<NetlinkBinding> all() {
        return List.copyOf(bindings);
    }

    boolean isAnyBound() {
        return bindings.stream().anyMatch(NetlinkBinding::isBound);
    }

    /** How many milliseconds to wait before leases are looked after again; the shortest one decides. */
    int tickMillis() {
        return (int) bindings.stream().mapToLong(NetlinkBinding::tickMillis).reduce(1000, Math::min);
    }

    /** Whether a lease should be renewed now. */
    boolean isAnyDue(long now) {
        boolean due = false;
        for (var binding : bindings) {
            due |= binding.isDue(now); // Each one is asked, because it remembers when its lease was not due.
        }
        return due;
    }

    /** Whether the news are about an address that is bound, or about something else that may matter. */
    boolean areConcernedBy(KernelNews changes) {
        if (changes.isEmpty()) {
            return false;
        }
        return changes.concern(bindings.stream()
                .filter(NetlinkBinding::isBound)
                .flatMap(binding -> binding.addresses().virtualIps().stream())
                .map(VirtualIp::address)
                .collect(Collectors.toSet()));
    }

    /**
     * Renews all leases or none, and puts back what has disappeared. The last failure is thrown after the last binding.
     */
    void tend(KernelAddresses round, boolean burst, KernelNews changes) throws SystemCallException {
        SystemCallException failure = null;
        for (var binding : bindings) {
            try {
                binding.tend(round, burst, changes);
            } catch (SystemCallException e) {
                failure = e;
            }
        }
        // The addresses of one virtual host do not wait for those of another, so a failure is thrown only now.
        if (failure != null) {
            throw failure;
        }
    }

    /** The other virtual host of this node that has bound the address, or null. */
    @Nullable
    NetlinkBinding holder(AddressMessage address, NetlinkBinding asking) {
        for (var binding : bindings) {
            if (binding != asking && binding.holds(address)) {
                return binding;
            }
        }
        return null;
    }

    /**
     * Checks that nobody else has configured any of the addresses.
     *
     * @param except addresses that the asking binding has bound itself; a second one with another prefix length is no
     *     reason to release them
     */
    void requireFree(
            NetlinkBinding asking, KernelAddresses round, List<VirtualIp> ips, int ifindex, Set<VirtualIp> except)
            throws IOException {
        round.requireWhole();
        for (var ip : ips) {
            if (except.contains(ip)) {
                continue;
            }
            var foreign = round.foreign(ip, ifindex);
            if (foreign != null) {
                throw new AddressInUseException(round.inUse(foreign));
            }
            for (var other : round.of(ip.address())) {
                var holder = holder(other, asking);
                if (holder != null && KernelAddresses.concerns(other, ifindex)) {
                    throw new AddressInUseException(ip + " is bound by the virtual host "
                            + holder.addresses().name());
                }
            }
        }
    }
}
