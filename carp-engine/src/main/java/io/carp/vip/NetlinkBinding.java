// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.LinkMessage;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The addresses of one virtual host: which of them may be added and removed. */
final class NetlinkBinding implements AddressBinder.Binding {
    /** For how long another process of this machine may take to let go when it is our turn. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final NetlinkBinder binder;
    final AddressBinder.Listener listener;
    /** What the addresses are bound on, if that is ours. */
    private final @Nullable VirtualInterface device;
    /** That the addresses are this process's, while they are bound. */
    private final Claims claims;

    private final RenewalCheck renewals;
    /** Whether something quicker than the lease of the kernel takes the addresses from a process that is dead. */
    private final BooleanSupplier gated;

    private final PrefixLengths prefixLengths = new PrefixLengths();

    /** Written under the lock of the binder. */
    private volatile Addresses addresses;
    /** Null while not bound. Written under the lock of the binder. */
    private volatile @Nullable BoundAddresses bound;

    /** Another process did not let go when it was our turn: we do not want it again before it has. */
    private boolean refused;

    NetlinkBinding(
            NetlinkBinder binder,
            Addresses addresses,
            @Nullable VirtualInterface device,
            Claims claims,
            AddressBinder.Listener listener,
            BooleanSupplier gated) {
        this.binder = binder;
        this.gated = gated;
        this.addresses = addresses;
        this.device = device;
        this.claims = claims;
        this.listener = listener;
        this.renewals = new RenewalCheck(listener, this::isBound);
    }

    Addresses addresses() {
        return addresses;
    }

    private int leaseSeconds() {
        return Lease.seconds(addresses.leaseSeconds(), gated.getAsBoolean());
    }

    @Override
    public void prepare() throws IOException {
        binder.locked(round -> {
            round.checkPrivilege();
            binder.keepLeases(); // Now: what a thread needs is not to be waited for when the addresses are advertised.
            if (bound == null) {
                var link = round.link(addresses.networkInterface());
                binder.bindings()
                        .requireFree(this, round, addresses.virtualIps(), link == null ? 0 : link.ifindex(), Set.of());
                if (refused) {
                    claims.requireFree(addresses.virtualIps(), addresses.networkInterface());
                    refused = false;
                }
                claims.deleteUnclaimed(round, round.ours(addresses.virtualIps(), this::isLeftover));
                prefixLengths.warn(addresses, addresses.virtualIps());
                if (link != null) {
                    Ipv6.require(link.name(), addresses.virtualIps());
                }
            }
        });
        // Of nothing, so that the sockets are there: the first announcement need not wait for them, nor do without.
        binder.announcer().announce(addresses.networkInterface(), List.of());
    }

    @Override
    public void bind(Change why) throws IOException {
        take();
    }

    private void take() throws IOException {
        long end = binder.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                binder.locked(round -> {
                    if (bound == null) {
                        bind(round);
                    }
                });
                return;
            } catch (ClaimedException e) {
                // A master of this machine that hears our first advertisement lets go of the addresses after that.
                if (binder.nanoTime() - end >= 0) {
                    refused = true;
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void bind(KernelAddresses round) throws IOException {
        var link = round.requireLink(addresses.networkInterface());
        var ips = addresses.virtualIps();
        binder.bindings().requireFree(this, round, ips, link.ifindex(), Set.of());
        prefixLengths.warn(addresses, ips);
        try {
            claims.take(ips, addresses.networkInterface());
            bind(round, link, ips);
        } finally {
            if (bound == null) {
                claims.releaseAll();
            }
        }
    }

    private void bind(KernelAddresses round, LinkMessage link, List<VirtualIp> ips) throws IOException {
        binder.keepLeases();
        // What is left of an earlier life exactly where it belongs is adopted, the rest goes.
        round.deleteAll(round.ours(
                ips,
                left -> isLeftover(left)
                        && (left.ifindex() != link.ifindex()
                                || ips.stream().noneMatch(ip -> KernelAddresses.isSame(left, ip)))));
        renewals.boundAt(round.now);
        var binding = new BoundAddresses(binder, listener, addresses, link.ifindex(), gated);
        long age = renewals.age(round.now);
        binding.add(round, link, ips, age);
        renewals.renewed(round.now, Math.max(1, binding.lease().life(age)));
        bound = binding;
    }

    @Override
    public void announce() {
        if (bound != null) {
            binder.announcer().announce(addresses.networkInterface(), addresses.virtualIps());
        }
    }

    @Override
    public void unbind(Change why) throws IOException {
        release();
    }

    private void release() throws IOException {
        binder.release(round -> {
            var unwanted = new ArrayList<>(addresses.virtualIps());
            var binding = bound;
            if (binding != null) {
                unwanted.addAll(binding.ips());
            }
            // First of all, so that nothing renews them even if the kernel refuses.
            bound = null;
            if (renewals.isLate()) {
                binder.onLoop(renewals::settle);
            }
            try {
                // Before the addresses: the kernel says good-bye to their multicast groups, and the switch would hear
                // it.
                if (device != null) {
                    device.down(round);
                }
            } finally {
                try {
                    claims.deleteUnclaimed(round, round.ours(unwanted, this::isLeftover));
                } finally {
                    claims.releaseAll();
                }
            }
        });
    }

    @Override
    public void advertised(long nanoTime) {
        renewals.advertised(nanoTime);
        if (bound != null) {
            renewals.check(nanoTime, leaseSeconds(), binder.watchedKeeper());
        }
    }

    @Override
    public String lapsed(long nanoTime) {
        return renewals.lapsed(nanoTime, leaseSeconds(), binder.watchedKeeper());
    }

    @Override
    public long outlastsNanos(long nanoTime) {
        return renewals.outlastsNanos(nanoTime, leaseSeconds());
    }

    @Override
    public void update(Addresses changed) throws IOException {
        if (bound != null && !changed.networkInterface().equals(addresses.networkInterface())) {
            release();
            addresses = changed;
            take();
            return;
        }
        binder.locked(round -> {
            var binding = bound;
            if (binding != null) {
                var link = round.requireLink(addresses.networkInterface());
                binder.bindings().requireFree(this, round, changed.virtualIps(), link.ifindex(), binding.ips());
                prefixLengths.warn(addresses, changed.virtualIps());
                try {
                    claims.take(changed.virtualIps(), changed.networkInterface());
                    binding.change(round, link, changed, renewals.age(round.now));
                } finally {
                    claims.keep(binding.ips(), addresses.networkInterface());
                }
            }
            addresses = changed;
        });
    }

    @Override
    public void close() throws IOException {
        try {
            if (bound != null) {
                release();
            }
        } finally {
            try {
                if (device != null) {
                    binder.release(device::delete);
                }
            } finally {
                binder.forget(this);
            }
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
        boolean due = binding != null && binding.isDue(now, renewals.age(now));
        if (!due) {
            renewals.inTime(now);
        }
        return due;
    }

    /** Renews the addresses if that is asked for, and puts back what has disappeared. Under the lock. */
    void tend(KernelAddresses round, boolean renew, KernelNews changes) throws SystemCallException {
        var binding = bound;
        if (binding != null) {
            String why = device == null ? null : device.restore(round, addresses.virtualIps());
            if (why != null) {
                binder.tell(() -> listener.gaveUp(why));
            }
            claims.retake();
            long age = renewals.age(round.now);
            binding.tend(round, renew, changes, age);
            if (renew) {
                renewals.renewed(round.now, binding.lease().life(age));
            }
        }
    }

    /** Whether an address of ours belongs to no virtual host that is alive on this node. */
    private boolean isLeftover(AddressMessage ours) {
        return binder.bindings().holder(ours, this) == null;
    }
}
