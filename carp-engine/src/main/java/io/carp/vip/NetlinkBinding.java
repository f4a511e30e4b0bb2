// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.LinkMessage;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of one virtual host: which of them may be added and removed. */
final class NetlinkBinding implements AddressBinder.Binding {
    private static final Logger LOG = LoggerFactory.getLogger(NetlinkBinding.class);
    private static final long NEVER = Long.MIN_VALUE;

    private final NetlinkBinder binder;
    private final AddressBinder.Listener listener;
    /** What the addresses are bound on, if that is ours. */
    private final @Nullable VirtualInterface device;
    /** What has had its warning about its prefix length. */
    private final Set<VirtualIp> warned = new HashSet<>();

    /** When the last advertisement left. Written by the loop thread, which may do no more than this. */
    private volatile long advertised = NEVER;

    /** Written under the lock of the binder. */
    private volatile Addresses addresses;
    /** Null while not bound. Written under the lock of the binder. */
    private volatile @Nullable BoundAddresses bound;

    private long boundAt;

    NetlinkBinding(
            NetlinkBinder binder,
            Addresses addresses,
            @Nullable VirtualInterface device,
            AddressBinder.Listener listener) {
        this.binder = binder;
        this.addresses = addresses;
        this.device = device;
        this.listener = listener;
    }

    String name() {
        return addresses.name();
    }

    @Override
    public void prepare() throws IOException {
        binder.locked(round -> {
            round.checkPrivilege();
            if (bound == null) {
                var link = round.link(addresses.networkInterface());
                requireFree(round, addresses.virtualIps(), link == null ? 0 : link.ifindex());
                round.deleteAll(round.ours(addresses.virtualIps(), this::isLeftover));
                warnOfPrefixLengths(addresses.virtualIps());
                if (link != null) {
                    binder.rehearseKeepingLeases();
                    new BoundAddresses(binder, listener, addresses, link.ifindex()).rehearse(round, link);
                }
            }
        });
        binder.announcer().prepare(addresses.networkInterface(), addresses.virtualIps());
    }

    @Override
    public void bind() throws IOException {
        binder.locked(round -> {
            if (bound == null) {
                bind(round);
            }
        });
    }

    private void bind(Round round) throws IOException {
        var link = requireLink(round);
        var ips = addresses.virtualIps();
        requireFree(round, ips, link.ifindex());
        warnOfPrefixLengths(ips);
        binder.keepLeases();
        // What is left of an earlier life exactly where it belongs is adopted, the rest goes.
        round.deleteAll(round.ours(
                ips,
                left -> isLeftover(left)
                        && (left.ifindex() != link.ifindex() || ips.stream().noneMatch(ip -> Round.isSame(left, ip)))));
        boundAt = round.now;
        var binding = new BoundAddresses(binder, listener, addresses, link.ifindex());
        binding.add(round, link, ips, age(round.now));
        bound = binding;
    }

    @Override
    public void announce() {
        if (bound != null) {
            binder.announcer().announce(addresses.networkInterface(), addresses.virtualIps());
        }
    }

    @Override
    public void unbind() throws IOException {
        binder.locked(round -> {
            var unwanted = new ArrayList<>(addresses.virtualIps());
            var binding = bound;
            if (binding != null) {
                unwanted.addAll(binding.ips());
            }
            // First of all, so that nothing renews them even if the kernel refuses.
            bound = null;
            try {
                // Before the addresses: the kernel says good-bye to their multicast groups, and the switch would hear
                // it.
                if (device != null) {
                    device.down(round);
                }
            } finally {
                round.deleteAll(round.ours(unwanted, this::isLeftover));
            }
        });
    }

    @Override
    public void advertised(long nanoTime) {
        advertised = nanoTime;
    }

    @Override
    public void update(Addresses changed) throws IOException {
        if (bound != null && !changed.networkInterface().equals(addresses.networkInterface())) {
            unbind();
            addresses = changed;
            bind();
            return;
        }
        binder.locked(round -> {
            var binding = bound;
            if (binding != null) {
                var link = requireLink(round);
                requireFree(round, changed.virtualIps(), link.ifindex(), binding.ips());
                warnOfPrefixLengths(changed.virtualIps());
                binding.change(round, link, changed, age(round.now));
            }
            addresses = changed;
        });
    }

    @Override
    public void close() throws IOException {
        try {
            if (bound != null) {
                unbind();
            }
        } finally {
            binder.forget(this);
        }
    }

    boolean isBound() {
        return bound != null;
    }

    /** Whether we have bound this very address. Under the lock. */
    boolean holds(AddressMessage address) {
        var binding = bound;
        return binding != null && binding.contains(address);
    }

    long tickMillis() {
        var binding = bound;
        return binding == null ? Long.MAX_VALUE : binding.lease().tickMillis();
    }

    /** Whether one of the addresses should be renewed now. Under the lock. */
    boolean isDue(long now) {
        var binding = bound;
        return binding != null && binding.isDue(now, age(now));
    }

    /** Renews the addresses if that is asked for, and puts back what has disappeared. Under the lock. */
    void tend(Round round, boolean renew, Changes changes) throws SystemCallException {
        var binding = bound;
        if (binding != null) {
            if (device != null) {
                device.restore(round);
            }
            binding.tend(round, renew, changes, age(round.now));
        }
    }

    /** Nanoseconds since an advertisement left; while none has, since the addresses were bound. */
    private long age(long now) {
        long last = advertised;
        return now - (last == NEVER ? boundAt : last);
    }

    /** Whether an address of ours belongs to no virtual host that is alive on this node. */
    private boolean isLeftover(AddressMessage ours) {
        return binder.holder(ours, this) == null;
    }

    private LinkMessage requireLink(Round round) throws IOException {
        var link = round.link(addresses.networkInterface());
        if (link == null) {
            throw new IOException("there is no interface " + addresses.networkInterface());
        }
        return link;
    }

    private void requireFree(Round round, List<VirtualIp> ips, int ifindex) throws IOException {
        requireFree(round, ips, ifindex, Set.of());
    }

    /**
     * That nobody else has configured any of the addresses.
     *
     * @param except what we have bound ourselves: a second one with another prefix length is no reason to let go
     */
    private void requireFree(Round round, List<VirtualIp> ips, int ifindex, Set<VirtualIp> except) throws IOException {
        for (var ip : ips) {
            if (except.contains(ip)) {
                continue;
            }
            var foreign = round.foreign(ip, ifindex);
            if (foreign != null) {
                throw new AddressInUseException(round.inUse(foreign));
            }
            for (var other : round.of(ip.address())) {
                var holder = binder.holder(other, this);
                if (holder != null && Round.concerns(other, ifindex)) {
                    throw new AddressInUseException(ip + " is bound by the virtual host " + holder.name());
                }
            }
        }
    }

    /** A leased address that was the first of its network takes the others of that network with it when it expires. */
    private void warnOfPrefixLengths(List<VirtualIp> ips) {
        String name = addresses.networkInterface();
        if (Sysctl.isOn("ipv4", "all", "promote_secondaries") || Sysctl.isOn("ipv4", name, "promote_secondaries")) {
            return;
        }
        for (var ip : ips) {
            if (ip.isIpv4() && ip.prefixLength() < 32 && warned.add(ip)) {
                LOG.warn(
                        "carp: {}: when {} is released or expires, the other addresses of that network on {} may go with"
                                + " it; leave the prefix length out, or: sysctl -w net.ipv4.conf.{}.promote_secondaries=1",
                        name(),
                        ip,
                        name,
                        name.replace('.', '/'));
            }
        }
    }
}
