// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.LibC;
import io.carp.linux.LinkMessage;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a virtual host has in the kernel, from bind to unbind. Guarded by the lock of the binder. */
final class BoundAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(BoundAddresses.class);

    private final NetlinkBinder binder;
    private final AddressBinder.Listener listener;
    private final Map<VirtualIp, LeasedAddress> leased = new LinkedHashMap<>();
    private Addresses addresses;
    private int ifindex;
    private final BooleanSupplier gated;
    /** The interface was down or is another one: what is missing was not deleted by a person. */
    private boolean excused;

    /** @param gated whether something quicker than the lease takes the addresses from a process that is dead */
    BoundAddresses(
            NetlinkBinder binder,
            AddressBinder.Listener listener,
            Addresses addresses,
            int ifindex,
            BooleanSupplier gated) {
        this.gated = gated;
        this.binder = binder;
        this.listener = listener;
        this.addresses = addresses;
        this.ifindex = ifindex;
    }

    /** The addresses that we look after or once did. */
    Set<VirtualIp> ips() {
        return leased.keySet();
    }

    /** Whether this very address is one of them. */
    boolean contains(AddressMessage address) {
        return address.ifindex() == ifindex
                && leased.keySet().stream()
                        .anyMatch(ip ->
                                ip.address().equals(address.local()) && ip.prefixLength() == address.prefixLength());
    }

    Lease lease() {
        return new Lease(Lease.seconds(addresses.leaseSeconds(), gated.getAsBoolean()));
    }

    /**
     * Adds addresses: all or none.
     *
     * @param age nanoseconds since the last advertisement
     */
    void add(KernelAddresses round, LinkMessage link, Collection<VirtualIp> ips, long age) throws IOException {
        var done = new ArrayList<AddressMessage>();
        try {
            for (var ip : ips) {
                var address = new LeasedAddress(ip);
                leased.put(ip, address);
                // Even if the advertisement is late: that it is not too late is for the caller to know.
                long life = lease().isPermanent() ? 0 : Math.max(1, lease().life(age));
                if (round.holds(ip, ifindex)) {
                    done.add(round.renew(ip, ifindex, addresses.label(), life));
                    lives(address, round.now, life);
                } else if (link.isUp() || ip.isIpv4()) {
                    done.add(round.add(ip, ifindex, addresses.label(), life));
                    lives(address, round.now, life);
                } else {
                    excused = true;
                }
            }
            requireMark(round, done);
        } catch (IOException e) {
            ips.forEach(leased::remove);
            try {
                round.deleteAll(done);
            } catch (SystemCallException undoing) {
                e.addSuppressed(undoing);
            }
            if (e instanceof SystemCallException call && call.errno() == LibC.EEXIST) {
                var inUse = new AddressInUseException(e.getMessage() + ": somebody else was faster");
                inUse.initCause(e);
                throw inUse;
            }
            throw e;
        }
    }

    /** Without the mark we would take our own addresses for somebody else's, for ever. A kernel that keeps one keeps all. */
    private void requireMark(KernelAddresses round, List<AddressMessage> done) throws IOException {
        if (done.isEmpty() || binder.marksAreKept) {
            return;
        }
        if (round.again().keepsMarks(done)) {
            binder.marksAreKept = true;
            return;
        }
        throw new IOException("this kernel does not say who manages an address (IFA_PROTO, since Linux 5.18), without"
                + " which ours cannot be told from others: use the binder script");
    }

    /** Other settings, from now on; addresses that are in both stay as they are. */
    void change(KernelAddresses round, LinkMessage link, Addresses changed, long age) throws IOException {
        var before = addresses;
        var removed = leased.keySet().stream()
                .filter(ip -> !changed.virtualIps().contains(ip))
                .toList();
        var added = changed.virtualIps().stream()
                .filter(ip -> !leased.containsKey(ip))
                .toList();
        // The same address with another prefix length: IPv6 does not take it twice.
        var renumbered = removed.stream()
                .filter(ip -> added.stream().anyMatch(other -> other.address().equals(ip.address())))
                .toList();
        round.deleteAll(round.ours(renumbered, this::contains));
        addresses = changed;
        try {
            add(round, link, added, age);
        } catch (IOException e) {
            addresses = before;
            add(round.again(), link, renumbered, age);
            throw e;
        }
        round.deleteAll(round.ours(removed, this::contains));
        removed.forEach(leased::remove);
        if (before.leaseSeconds() != changed.leaseSeconds()) {
            leased.values().forEach(address -> address.outdated = true);
        }
    }

    /** Whether one of the addresses should be renewed now. */
    boolean isDue(long now, long age) {
        return leased.values().stream().anyMatch(a -> !a.givenUp && (a.outdated || isDue(a, now, age)));
    }

    private boolean isDue(LeasedAddress address, long now, long age) {
        return !lease().isPermanent() && lease().isDue(address.expires - now, age);
    }

    /** Renews the addresses if that is asked for, and puts back what has disappeared. */
    void tend(KernelAddresses round, boolean renew, KernelNews changes, long age) throws SystemCallException {
        excused |= changes.wentDown(ifindex);
        var link = round.link(addresses.networkInterface());
        if (link == null) {
            // Deleted, or it has another name now: what is left there expires.
            excused = true;
            return;
        }
        if (link.ifindex() != ifindex) {
            LOG.info("carp: {}: {} is another interface now", addresses.name(), addresses.networkInterface());
            round.deleteAll(round.ours(leased.keySet(), this::contains));
            excused = true;
            ifindex = link.ifindex();
        }
        boolean complete = true;
        SystemCallException failure = null;
        for (var address : leased.values()) {
            try {
                complete &= address.givenUp || tend(round, renew, link, address, changes, age);
            } catch (SystemCallException e) { // The others are not to run out because of one.
                complete = false;
                failure = e;
            }
        }
        if (complete && link.isUp()) {
            excused = false;
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Returns whether the address is there, or nothing more can be done for it. */
    private boolean tend(
            KernelAddresses round, boolean renew, LinkMessage link, LeasedAddress address, KernelNews changes, long age)
            throws SystemCallException {
        if (!round.holds(address.ip, ifindex)) {
            round.requireWhole();
        }
        var foreign = round.foreign(address.ip, ifindex);
        if (round.holds(address.ip, ifindex)) {
            if (foreign != null && !address.doubled) {
                address.doubled = true;
                LOG.warn("carp: {}: {}", addresses.name(), round.inUse(foreign));
            }
            if (renew && mayLive(age)) {
                long life = lease().life(age);
                round.renew(address.ip, ifindex, addresses.label(), life);
                lives(address, round.now, life);
            }
            return true;
        }
        if (foreign != null) {
            giveUp(address, round.inUse(foreign));
            return true;
        }
        return putBack(round, link, address, changes.remover(address.ip.address()), age);
    }

    private boolean putBack(KernelAddresses round, LinkMessage link, LeasedAddress address, String remover, long age)
            throws SystemCallException {
        // An IPv6 lease added to an interface that is down has no route when it comes up.
        if (!link.isUp() || !mayLive(age)) {
            return false;
        }
        boolean lapsed = !lease().isPermanent() && address.expires - round.now < RenewalCheck.CLOCK_SLACK;
        if (!excused && !lapsed && !address.deleted(round.now, remover)) {
            giveUp(
                    address,
                    address.ip + " was deleted from " + addresses.networkInterface() + " " + address.deleted
                            + " times in a row while this node was MASTER"
                            + (address.remover.isEmpty() ? "" : ", the last time by " + address.remover));
            return true;
        }
        long life = lease().life(age);
        round.add(address.ip, ifindex, addresses.label(), life);
        lives(address, round.now, life);
        String text = address.ip.toString();
        tellThatItIsBack(text, link.name(), lapsed, remover);
        return true;
    }

    private void tellThatItIsBack(String text, String networkInterface, boolean lapsed, String remover) {
        if (excused && remover.isEmpty()) {
            // Nobody removed it, and nobody was late.
            LOG.info(
                    "carp: {}: {} had gone with {}, which was down or is another interface now: put back",
                    addresses.name(),
                    text,
                    networkInterface);
        } else if (lapsed && remover.isEmpty()) {
            LOG.info("carp: {}: the lease of {} on {} had run out: put back", addresses.name(), text, networkInterface);
            binder.tell(() -> listener.expired(text));
        } else {
            String by = remover.isEmpty() ? "" : ", removed by " + remover;
            LOG.info("carp: {}: {} was gone from {}{}: put back", addresses.name(), text, networkInterface, by);
            binder.tell(() -> listener.restored(text));
        }
    }

    private void giveUp(LeasedAddress address, String why) {
        address.givenUp = true;
        binder.tell(() -> listener.gaveUp(why));
    }

    private boolean mayLive(long age) {
        return lease().isPermanent() || lease().life(age) > 0;
    }

    private static void lives(LeasedAddress address, long now, long seconds) {
        address.expires = now + TimeUnit.SECONDS.toNanos(seconds);
        address.outdated = false;
    }
}
