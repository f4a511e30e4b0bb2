// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Jiffy;
import io.carp.linux.LinkMessage;
import io.carp.linux.Netlink;
import io.carp.linux.NftChannel;
import io.carp.linux.Nftables;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gates of this node, one at each interface where a virtual host has a short lease. What the kernel refuses is told to
 * the virtual host, and stops nothing: it goes on without a gate, and is tried again every second. Workers and {@code
 * carp-lease} call this, never the loop.
 */
final class Gates {
    private static final Logger LOG = LoggerFactory.getLogger(Gates.class);
    private static final int TIMEOUT_MILLIS = 2000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** Well before the table has no effect any more. */
    private static final long TEND_NANOS = 20 * SECOND;

    /** What may fail. */
    private interface Work {
        void run() throws SystemCallException;
    }

    /** The sockets, once something is to be guarded. */
    private record Kernel(Nftables tables, NftChannel channel, Netlink links) {}

    private final LongSupplier time;
    private final Runnable wake;
    private final GateNames names = new GateNames();
    private final Map<String, Gate> gates = new HashMap<>();
    private final Set<Guarded> wanted = new LinkedHashSet<>();
    private final Map<Gate, Long> tended = new HashMap<>();
    private @Nullable Kernel kernel;
    private int generation;
    private long looked;
    private volatile boolean any;

    /**
     * @param time by which advertisements are timed
     * @param wake wakes whoever looks, now that there is something to look after
     */
    Gates(LongSupplier time, Runnable wake) {
        this.time = time;
        this.wake = wake;
        looked = time.getAsLong() - SECOND;
    }

    /** A virtual host that is not guarded yet. */
    static Guarded host(Addresses addresses, AddressBinder.Listener listener) {
        return new Guarded(addresses, listener, Jiffy::nanos);
    }

    /** Whether there is anything to look after. Any thread. */
    boolean isAny() {
        return any;
    }

    /** Guards the addresses of a virtual host, or guards them no more, as its settings say. */
    synchronized void guard(Guarded host, Addresses addresses) {
        if (!addresses.networkInterface().equals(host.networkInterface()) || addresses.vhid() != host.vhid()) {
            remove(host);
        }
        boolean same = addresses.equals(host.addresses());
        host.take(addresses);
        if (!host.isWanted()) {
            remove(host);
        } else if (!same || !isGuarded(host)) {
            want(host);
            attempt(List.of(host), () -> guardNow(host));
        }
    }

    private boolean isGuarded(Guarded host) {
        var gate = gates.get(host.networkInterface());
        return gate != null && gate.guards(host);
    }

    private void want(Guarded host) {
        wanted.add(host);
        if (!any) {
            any = true;
            wake.run();
        }
    }

    private void guardNow(Guarded host) throws SystemCallException {
        var open = open();
        names.deleteLeft(open.tables, host);
        String at = host.networkInterface();
        LinkMessage link = open.links.link(at);
        if (link == null) {
            return; // It is looked for again every second, and without it nothing is bound.
        }
        var gate = gates.get(at);
        if (gate == null || gate.ifindex != link.ifindex()) {
            gate = build(gate, at, link.ifindex());
        }
        gate.guard(host, time.getAsLong());
    }

    private Kernel open() throws SystemCallException {
        Kernel open = kernel;
        if (open == null) {
            var tables = Nftables.open(TIMEOUT_MILLIS);
            NftChannel channel = null;
            try {
                channel = NftChannel.open();
                open = new Kernel(tables, channel, Netlink.open(TIMEOUT_MILLIS));
                kernel = open;
            } finally {
                if (kernel == null) {
                    tables.close();
                    if (channel != null) {
                        channel.close();
                    }
                }
            }
        }
        return open;
    }

    /** Makes the table at an interface, and guards again whatever was guarded there. */
    private Gate build(@Nullable Gate before, String at, int ifindex) throws SystemCallException {
        var open = open();
        String name = before == null ? names.take(open.tables, at) : before.table;
        forget(before);
        Gate gate;
        try {
            gate = new Gate(open.tables, open.channel, name, at, ifindex);
        } catch (SystemCallException e) {
            names.release(name);
            throw e;
        }
        gates.put(at, gate);
        tended.put(gate, time.getAsLong());
        for (var host : before == null ? List.<Guarded>of() : before.hosts()) {
            if (wanted.contains(host)) {
                gate.guard(host, time.getAsLong());
            }
        }
        return gate;
    }

    private void forget(@Nullable Gate gone) {
        if (gone != null) {
            gates.remove(gone.networkInterface);
            tended.remove(gone);
            gone.hosts().forEach(host -> host.built(null, 0));
        }
    }

    /** Guards the addresses no more, so that they work whoever has them. */
    synchronized void remove(Guarded host) {
        wanted.remove(host);
        any = !wanted.isEmpty();
        host.trouble("");
        var gate = gates.get(host.networkInterface());
        if (gate == null || !gate.guards(host)) {
            return;
        }
        attempt(List.of(), () -> {
            gate.remove(host);
            if (gate.isEmpty()) {
                forget(gate);
                gate.delete();
                names.release(gate.table);
            }
        });
    }

    /** Makes sure that the addresses are guarded before they are bound, and that they work then. */
    synchronized void beforeBind(Guarded host) {
        host.serves();
        if (host.isWanted()) {
            want(host);
            var gate = gates.get(host.networkInterface());
            attempt(List.of(host), () -> {
                if (gate != null && gate.guards(host)) {
                    gate.open(host, time.getAsLong());
                } else {
                    guardNow(host);
                }
            });
        }
    }

    /** Lets nothing through any more from or to the addresses. */
    synchronized void shut(Guarded host) {
        var gate = gates.get(host.networkInterface());
        if (gate != null && gate.guards(host)) {
            attempt(List.of(), () -> gate.shut(host));
        }
    }

    /** Puts back what others have deleted, follows interfaces and intervals, and lets nothing fade. */
    synchronized void look() {
        if (wanted.isEmpty()) {
            return;
        }
        long now = time.getAsLong();
        boolean thorough = now - looked >= SECOND;
        attempt(List.of(), () -> {
            var open = open();
            int before = generation;
            generation = open.tables.generation();
            for (var gate : List.copyOf(gates.values())) {
                attempt(gate.hosts(), () -> look(gate, generation != before, thorough));
            }
            for (var host : List.copyOf(wanted)) {
                follow(host, thorough);
            }
        });
        looked = thorough ? now : looked;
    }

    private void look(Gate gate, boolean changed, boolean thorough) throws SystemCallException {
        var open = open();
        if (thorough) {
            LinkMessage link = open.links.link(gate.networkInterface);
            if (link != null && link.ifindex() != gate.ifindex) {
                build(gate, gate.networkInterface, link.ifindex());
                return;
            }
        }
        if (changed && !gate.isWhole()) {
            LOG.warn("carp: the table {} was deleted or changed by somebody else: put back", gate.table);
            build(gate, gate.networkInterface, gate.ifindex);
            return;
        }
        if (changed) {
            gate.openDeleted(time.getAsLong());
        }
        if (time.getAsLong() - tended.getOrDefault(gate, 0L) >= TEND_NANOS) {
            gate.tend();
            tended.put(gate, time.getAsLong());
        }
    }

    private void follow(Guarded host, boolean thorough) {
        if (isGuarded(host) ? host.isOutdated() : thorough) {
            attempt(List.of(host), () -> guardNow(host));
        }
    }

    /** Does something, and tells those concerned whether it could be done. */
    private void attempt(List<Guarded> concerned, Work work) {
        String why = "";
        try {
            work.run();
        } catch (SystemCallException | RuntimeException | LinkageError e) {
            why = GateRefusal.explain(e);
            LOG.debug("There is no gate", e);
        }
        for (var host : concerned) {
            host.trouble(why);
        }
    }

    /** Ends it, when nothing is guarded any more and the loop lets nothing through. */
    synchronized void close() {
        for (var gate : List.copyOf(gates.values())) {
            forget(gate);
            attempt(List.of(), gate::delete);
            names.release(gate.table);
        }
        wanted.clear();
        any = false;
        Kernel open = kernel;
        if (open != null) {
            kernel = null;
            open.tables.close();
            open.channel.close();
            open.links.close();
        }
    }
}
