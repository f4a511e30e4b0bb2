// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.NftBatch;
import io.carp.linux.NftChannel;
import io.carp.linux.NftGrant;
import io.carp.linux.Nftables;
import io.carp.linux.SystemCallException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table of the packet filter at one interface. Through it a virtual address works only while our own advertisements
 * leave: each of them renews an element of a set on its way out, and without that element nothing passes from or to the
 * address, nor does an advertisement. A process that has died or stands still sends none, so the kernel shuts the gate.
 *
 * <p>Rules drop only while the table is tended: an element that fades says so. A table that somebody has left is of no
 * effect a minute later. Guarded by {@link Gates}.
 */
final class Gate {
    private static final int ROOM = 16 * 1024;
    /** What there is to be written about one virtual host, or one address. */
    private static final int ROOM_FOR_EACH = 512;

    private final Nftables kernel;
    private final NftChannel channel;
    final String networkInterface;
    final String table;
    final int ifindex;
    private final long handle;

    // What is in the table.
    private Map<Integer, Guarded> hosts = Map.of();
    private Map<InetAddress, Guarded> addresses = Map.of();
    /** Those whose advertisements can be told from other packets, and the ports that these go to. */
    private Map<Guarded, Integer> ports = Map.of();

    /**
     * Makes the table, with nothing guarded.
     *
     * @throws SystemCallException if the kernel refuses it
     */
    Gate(Nftables kernel, NftChannel channel, String table, String networkInterface, int ifindex)
            throws SystemCallException {
        this.kernel = kernel;
        this.channel = channel;
        this.table = table;
        this.networkInterface = networkInterface;
        this.ifindex = ifindex;
        var batch = batch();
        GateRules.table(batch, networkInterface, ifindex);
        kernel.commit(batch, "make the table " + table);
        var made = kernel.table(table);
        this.handle = made == null ? 0 : made.handle();
    }

    private NftBatch batch() {
        return new NftBatch(ROOM, table);
    }

    private NftBatch batch(int addressesToCome) {
        int number = hosts.size() + addresses.size() + addressesToCome;
        return new NftBatch(ROOM + ROOM_FOR_EACH * number, table);
    }

    boolean isEmpty() {
        return hosts.isEmpty();
    }

    boolean guards(Guarded host) {
        return hosts.get(host.vhid()) == host;
    }

    /** All that it guards. */
    List<Guarded> hosts() {
        return List.copyOf(hosts.values());
    }

    /** What will be in the table when a transaction is done. */
    private final class Change {
        final NftBatch batch;
        final Map<Integer, Guarded> hosts = new LinkedHashMap<>(Gate.this.hosts);
        final Map<InetAddress, Guarded> addresses = new LinkedHashMap<>(Gate.this.addresses);
        final Map<Guarded, Integer> ports = new LinkedHashMap<>(Gate.this.ports);

        Change(int addressesToCome) {
            batch = batch(addressesToCome);
            GateRules.forgetAdvertisements(batch);
        }

        void remove(Guarded host) {
            for (var address : List.copyOf(addresses.keySet())) {
                if (addresses.get(address) == host) {
                    GateRules.forget(batch, address);
                    addresses.remove(address);
                }
            }
            GateRules.remove(batch, host);
            ports.remove(host);
            hosts.remove(host.vhid());
        }

        void add(Guarded host, long lease) {
            GateRules.add(batch, host, lease);
            for (var ip : host.virtualIps()) {
                // Another one may have it still, and is about to be told that it has it no more.
                if (addresses.put(ip.address(), host) != null) {
                    GateRules.forget(batch, ip.address());
                }
                GateRules.lead(batch, ip.address(), host);
            }
            if (GateRules.isTold(host)) {
                ports.put(host, host.port());
            }
            hosts.put(host.vhid(), host);
        }

        void commit(String what) throws SystemCallException {
            ports.forEach((host, port) -> GateRules.lead(batch, host, port));
            kernel.commit(batch, what);
            Gate.this.hosts = hosts;
            Gate.this.addresses = addresses;
            Gate.this.ports = ports;
        }
    }

    /** Guards a virtual host, in all of what it is now, in place of what it was or what had this vhid. */
    void guard(Guarded host, long now) throws SystemCallException {
        var change = new Change(host.virtualIps().size());
        var before = hosts.get(host.vhid());
        if (before != null) {
            change.remove(before);
        }
        long lease = host.lease();
        change.add(host, lease);
        long left = host.left(now);
        if (left > 0) {
            change.batch.addInterface(GateRules.live(host), ifindex, left);
        }
        change.commit("guard the addresses of " + host.name());
        if (before != null && before != host) {
            before.built(null, 0);
        }
        host.built(new NftGrant(channel, table, GateRules.live(host), ifindex), lease);
        open(host, now); // An advertisement may have left meanwhile, or have been renewed what is there no more.
    }

    /** Guards it no more. */
    void remove(Guarded host) throws SystemCallException {
        host.built(null, 0);
        var change = new Change(0);
        change.remove(host);
        change.commit("guard the addresses of " + host.name() + " no more");
    }

    /** Deletes the table. */
    void delete() throws SystemCallException {
        kernel.commit(batch().addTable().deleteTable(), "delete the table " + table);
    }

    /** Opens it for a MASTER whose last advertisement is not too old, if it was shut behind the back of the loop. */
    void open(Guarded host, long now) throws SystemCallException {
        long left = host.left(now);
        if (host.isShut() && left > 0) {
            renew(host, left);
        }
    }

    private void renew(Guarded host, long left) throws SystemCallException {
        String what = "let the addresses of " + host.name() + " work";
        kernel.commit(batch().renewInterface(GateRules.live(host), ifindex, left), what);
    }

    /** Opens it for each MASTER to whom somebody else has shut it: our advertisements would not leave, and not show it. */
    void openDeleted(long now) throws SystemCallException {
        for (var host : hosts.values()) {
            long left = host.left(now);
            if (left > 0 && kernel.keys(table, GateRules.live(host)).isEmpty()) {
                renew(host, left);
            }
        }
    }

    /** Shuts it for one virtual host. */
    void shut(Guarded host) throws SystemCallException {
        String live = GateRules.live(host);
        var batch = batch().addInterface(live, ifindex, 1).deleteElement(live, NftBatch.key(ifindex));
        kernel.commit(batch, "shut the gate for " + host.name());
        host.shut();
    }

    /** Lets the table drop for another minute. */
    void tend() throws SystemCallException {
        var batch = batch();
        GateRules.tend(batch, ifindex);
        kernel.commit(batch, "tend the table " + table);
    }

    /** Whether the table in the kernel is the one that was made here, with all that was put into it. */
    boolean isWhole() throws SystemCallException {
        var there = kernel.table(table);
        return there != null
                && there.handle() == handle
                && there.uses() == GateRules.uses(hosts.size())
                && kernel.rules(table) == GateRules.rules(hosts.size(), ports.size());
    }
}
