// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressDump;
import io.carp.linux.AddressMessage;
import io.carp.linux.LibC;
import io.carp.linux.LinkMessage;
import io.carp.linux.Macvlan;
import io.carp.linux.Netlink;
import io.carp.linux.SystemCallException;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One look at all addresses of this node, and what is done upon it. It is valid only while the lock of the binder is
 * held, so that nothing of ours changes in between.
 */
final class KernelAddresses {
    final long now;
    /** When the look was taken, for {@link SharedLook}. */
    final long taken;

    private final Netlink netlink;
    private final Look patiently;
    private boolean whole;
    /** What was done upon this look. It is not seen here, but by whoever gets the same look next. */
    private final List<Runnable> done = new ArrayList<>();

    private boolean interfacesChanged;
    /** By address, so that with many virtual hosts a renewal need not go through the addresses of all others. */
    private final Map<InetAddress, List<AddressMessage>> addresses;

    private final Map<String, @Nullable LinkMessage> links = new HashMap<>();

    KernelAddresses(Netlink netlink, long now) throws SystemCallException {
        this(netlink, netlink.addressesOnce(), netlink::addresses, now);
    }

    /** @param patiently looks again if something is missing in the first dump and changes have disturbed that one */
    KernelAddresses(Netlink netlink, AddressDump dump, Look patiently, long now) {
        this.netlink = netlink;
        this.patiently = patiently;
        this.now = now;
        this.taken = now;
        this.addresses = new HashMap<>();
        are(dump);
    }

    /** The same look for the next, with what has been done upon it. */
    KernelAddresses(KernelAddresses before, long now) {
        this.netlink = before.netlink;
        this.patiently = before.patiently;
        this.now = now;
        this.taken = before.taken;
        this.addresses = before.addresses;
        this.whole = before.whole;
        before.done.forEach(Runnable::run);
    }

    /** Whether the next may rely on it: nobody else was seen to change addresses, and no interface of ours went with some. */
    boolean isReliable() {
        return whole && !interfacesChanged;
    }

    private void are(AddressDump dump) {
        whole = dump.whole();
        addresses.clear();
        dump.all().forEach(this::put);
    }

    private void put(AddressMessage address) {
        addresses.computeIfAbsent(address.local(), local -> new ArrayList<>(1)).add(address);
    }

    private void remove(AddressMessage gone) {
        addresses
                .getOrDefault(gone.local(), new ArrayList<>())
                .removeIf(a -> a.ifindex() == gone.ifindex() && a.prefixLength() == gone.prefixLength());
    }

    /** A look at all addresses. */
    interface Look {
        AddressDump addresses() throws SystemCallException;
    }

    /** Takes another look, after something was done. */
    KernelAddresses again() throws SystemCallException {
        return new KernelAddresses(netlink, now);
    }

    /**
     * Has to be called before anything is done because an address is missing: looks again if the address may be there
     * all the same. An address that the first look found is renewed without this, since a second look may take longer
     * than a lease lasts.
     *
     * @throws SystemCallException if it may still be there, because addresses changed all the time
     */
    void requireWhole() throws SystemCallException {
        if (!whole) {
            are(patiently.addresses());
        }
        if (!whole) {
            throw new SystemCallException("list the addresses, which other programs change all the time", LibC.EAGAIN);
        }
    }

    /** Makes and changes interfaces of our own. */
    Macvlan macvlan() {
        interfacesChanged = true;
        return new Macvlan(netlink);
    }

    /** Forgets what is known about interfaces, because one was changed. */
    void lookAgain() {
        links.clear();
    }

    /** Throws, with EPERM, where we may not change addresses. */
    void checkPrivilege() throws SystemCallException {
        netlink.checkPrivilege();
    }

    /** The interface of that name; null if there is none. */
    @Nullable
    LinkMessage link(String name) throws SystemCallException {
        if (!links.containsKey(name)) {
            links.put(name, netlink.link(name));
        }
        return links.get(name);
    }

    /** The interface of that name. */
    LinkMessage requireLink(String name) throws IOException {
        var link = link(name);
        if (link == null) {
            throw new IOException("there is no interface " + name);
        }
        return link;
    }

    /** The name of an interface, for a person. */
    String name(int ifindex) throws SystemCallException {
        var link = netlink.link(ifindex);
        return link == null ? "interface " + ifindex : link.name();
    }

    /** All places where the address is configured, with any prefix length, by us or by somebody else. */
    List<AddressMessage> of(InetAddress address) {
        return addresses.getOrDefault(address, List.of());
    }

    /** Those of the addresses that carry our mark and pass the test, on any interface and with any prefix length. */
    List<AddressMessage> ours(Collection<VirtualIp> ips, Predicate<AddressMessage> test) {
        return ips.stream()
                .map(VirtualIp::address)
                .distinct()
                .flatMap(address -> of(address).stream())
                .filter(KernelAddresses::isOurs)
                .filter(test)
                .toList();
    }

    /** Whether exactly this address is there, and is ours. */
    boolean holds(VirtualIp ip, int ifindex) {
        return of(ip.address()).stream().anyMatch(a -> isOurs(a) && a.ifindex() == ifindex && isSame(a, ip));
    }

    /** Whether each of the addresses, if it is still there, carries our mark. */
    boolean keepsMarks(List<AddressMessage> added) {
        return added.stream()
                .flatMap(one -> of(one.local()).stream()
                        .filter(a -> a.ifindex() == one.ifindex() && a.prefixLength() == one.prefixLength()))
                .allMatch(KernelAddresses::isOurs);
    }

    static boolean isSame(AddressMessage address, VirtualIp ip) {
        return address.local().equals(ip.address()) && address.prefixLength() == ip.prefixLength();
    }

    /** An address of somebody else that is the same or is answered for in its place; null if there is none. */
    @Nullable
    AddressMessage foreign(VirtualIp ip, int ifindex) {
        return of(ip.address()).stream()
                .filter(a -> !isOurs(a) && concerns(a, ifindex))
                .findFirst()
                .orElse(null);
    }

    /** The sentence for an address that somebody else has configured. */
    String inUse(AddressMessage foreign) throws SystemCallException {
        String text = foreign.local().getHostAddress() + "/" + foreign.prefixLength();
        String where = name(foreign.ifindex());
        return text + " is already configured on " + where + " by somebody else and was not touched; if nobody needs it"
                + " there: ip address delete " + text + " dev " + where;
    }

    /**
     * Whether an address matters on that interface. A link-local one matters on its own interface only; any other is
     * answered for on all of them.
     */
    static boolean concerns(AddressMessage address, int ifindex) {
        return address.ifindex() == ifindex || !address.local().isLinkLocalAddress();
    }

    static boolean isOurs(AddressMessage address) {
        return address.proto() == AddressMessage.PROTO_CARP;
    }

    /**
     * Adds an address that is not there.
     *
     * @param seconds its lease; 0 means for ever
     * @return the address, for {@link #delete}
     * @throws SystemCallException with EEXIST if the address has appeared meanwhile
     */
    AddressMessage add(VirtualIp ip, int ifindex, @Nullable String label, long seconds) throws SystemCallException {
        var message = message(ip, ifindex, label, seconds);
        netlink.add(message, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
        done.add(() -> put(message));
        return message;
    }

    /** Renews an address that {@linkplain #holds is there and ours}. If it were not there, it would be added. */
    AddressMessage renew(VirtualIp ip, int ifindex, @Nullable String label, long seconds) throws SystemCallException {
        var message = message(ip, ifindex, label, seconds);
        netlink.add(message, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
        return message;
    }

    /** Removes an address that is ours. It is fine if it has gone meanwhile. */
    void delete(AddressMessage address) throws SystemCallException {
        try {
            netlink.delete(address);
        } catch (SystemCallException e) {
            if (e.errno() != LibC.EADDRNOTAVAIL && e.errno() != LibC.ENODEV) {
                throw e;
            }
        }
        done.add(() -> remove(address));
    }

    /** Removes each of these; the first failure is thrown after the last. */
    void deleteAll(List<AddressMessage> unwanted) throws SystemCallException {
        var failures = new ArrayList<SystemCallException>();
        for (var address : unwanted) {
            try {
                delete(address);
            } catch (SystemCallException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }

    /** Makes a complete message. What a renewal leaves out the kernel would take away, the mark first of all. */
    private static AddressMessage message(VirtualIp ip, int ifindex, @Nullable String label, long seconds) {
        long valid = seconds == 0 ? AddressMessage.INFINITY : seconds;
        if (ip.isIpv4()) {
            return new AddressMessage(
                    ifindex, ip.address(), ip.prefixLength(), 0, AddressMessage.PROTO_CARP, label, valid, valid);
        }
        // There is no duplicate detection, since peers are out of the way when we bind and there is no time for it. The
        // address is preferred for 0 s, so that it is never the source of the node's own traffic. It brings no route to
        // its network: IPv6 has one route for all addresses of a network, and that would live for as long as our lease,
        // whatever the node's own addresses have. In IPv4 routes do not expire.
        int flags = AddressMessage.IFA_F_NODAD | AddressMessage.IFA_F_NOPREFIXROUTE;
        return new AddressMessage(
                ifindex, ip.address(), ip.prefixLength(), flags, AddressMessage.PROTO_CARP, null, valid, 0);
    }
}
