// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.RawSocket;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Listener;
import io.carp.spi.Transport.Port;
import java.net.Inet4Address;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One network interface and family of the raw transport: its one socket, shared by all virtual hosts there. Loop thread
 * only.
 */
final class RawLink implements VhidTable.Wire<RawOutlet>, LinkMonitor.Subscriber {
    /** How many packets are read before other work gets its turn on the loop. */
    private static final int BURST = 64;
    /** More than a receive buffer holds: a bound all the same, against a flood. */
    private static final int ALL = 1024;

    private static final long RETRY_SECONDS = 5;

    private final Loop loop;
    private final String networkInterface;
    private final boolean ipv4;
    private final IntFunction<VhidClaim> claims;
    private final ReturnRoutes routes;
    private final RelayRing ring;
    private final Runnable unused;
    private final VhidTable<RawOutlet> ports;
    private final LinkMonitor monitor;
    private final Cancellable subscription;
    private KnownInterface.@Nullable State state;
    private @Nullable RawSocket socket;
    private @Nullable Cancellable watch;
    private @Nullable Cancellable retry;
    // Runs while the only address is gone, but not yet for long enough to give up.
    private final AddressPatience addressPatience;
    private Link link = Link.UNUSABLE;
    private String why = "";
    private int loss;
    private boolean seen;
    private boolean reading;

    /**
     * @param claims gives the claim of a vhid on this interface, which both families share
     * @param unused called when the last port was closed
     */
    RawLink(
            Loop loop,
            LinkMonitor monitor,
            String networkInterface,
            boolean ipv4,
            IntFunction<VhidClaim> claims,
            RelayRing ring,
            Runnable unused) {
        this.loop = loop;
        this.ring = ring;
        this.addressPatience = new AddressPatience(loop);
        this.networkInterface = networkInterface;
        this.ipv4 = ipv4;
        this.claims = claims;
        this.routes = new ReturnRoutes(loop, networkInterface, ipv4);
        this.unused = unused;
        this.ports = new VhidTable<>(loop, this);
        this.monitor = monitor;
        this.subscription = monitor.subscribe(networkInterface, this);
    }

    /** As {@link io.carp.spi.Transport#open}. */
    Port open(Delivery delivery, Listener listener) {
        return ports.open(delivery, listener, "vhid " + delivery.vhid() + " is already used on " + networkInterface);
    }

    @Override
    public RawOutlet outlet(Delivery delivery) {
        var claim = claims.apply(delivery.vhid());
        var outlet = new RawOutlet(delivery, claim, routes, ring, this::changed, this::unsent);
        refresh(outlet);
        return outlet;
    }

    @Override
    public void changed(KnownInterface.@Nullable State now) {
        state = now;
        routes.interfaceChanged(now);
        update();
    }

    @Override
    public void unknown(String reason) {
        addressPatience.end();
        closeSocket();
        link = Link.UNUSABLE;
        why = reason;
        refresh();
    }

    private void update() {
        var now = state;
        if (isBetweenTwoAddresses(now)) {
            return; // No outlet is told.
        }
        addressPatience.end();
        if (now == null || (socket != null && (socket.ifindex() != now.ifindex() || loss != now.loss()))) {
            // A new interface of that name is another one: group membership and binding died with the old one.
            closeSocket();
        }
        if (now == null) {
            link = seen ? Link.DOWN : Link.UNUSABLE;
            String hint = monitor.hint(networkInterface);
            why = "interface " + networkInterface + (seen ? " is gone" : " does not exist on this machine")
                    + (hint.isEmpty() ? "" : "; " + hint);
            refresh();
            return;
        }
        seen = true;
        if (!now.up()) {
            down("is administratively down");
        } else if (!now.running()) {
            down("has no carrier");
        } else if (!now.portOf().isEmpty()) {
            // What arrives goes to that interface, so we would hear nobody, and nobody would reach the addresses.
            down("is a port of the " + now.portOf() + ", which gets all that arrives: name that as interface");
        } else {
            up(now);
        }
        refresh();
    }

    /**
     * Whether the only source address has just gone. If it or another one comes back before two advertisements in a row
     * could not leave, we do not give up.
     */
    private boolean isBetweenTwoAddresses(KnownInterface.@Nullable State now) {
        if (now != null && now.up() && now.running() && link == Link.UP && !hasAddress(now)) {
            addressPatience.begin(this::leave);
            return true;
        }
        return false;
    }

    private boolean hasAddress(KnownInterface.State now) {
        return now.addresses().stream().anyMatch(each -> each instanceof Inet4Address == ipv4);
    }

    /** Two advertisements in a row did not leave. */
    private void unsent() {
        if (addressPatience.isRunning()) {
            loop.execute(this::leave);
        }
    }

    private void leave() {
        if (addressPatience.isRunning()) {
            addressPatience.end();
            withoutAddress();
            refresh();
        }
    }

    private void withoutAddress() {
        // The interface may have lost the family altogether, so there would be no groups to join.
        closeSocket();
        down("has no " + (ipv4 ? "IPv4" : "link-local IPv6") + " address to advertise from");
    }

    private void down(String what) {
        link = Link.DOWN;
        why = "interface " + networkInterface + " " + what;
    }

    private void up(KnownInterface.State now) {
        if (!hasAddress(now)) {
            withoutAddress();
            return;
        }
        try {
            if (socket == null) {
                socket = RawSocket.open(networkInterface, now.ifindex(), ipv4);
                loss = now.loss();
                watch = loop.watch(socket.fd(), () -> read(BURST));
            }
            link = Link.UP;
            why = "";
        } catch (SystemCallException e) {
            failed(e);
        }
    }

    private void failed(SystemCallException e) {
        closeSocket();
        retry();
        if (e.errno() == LibC.ENODEV) {
            down("is gone"); // It was deleted a moment ago, and the notice of it is on its way.
            return;
        }
        boolean forbidden = e.errno() == LibC.EPERM || e.errno() == LibC.EACCES;
        link = Link.UNUSABLE;
        why = "no raw socket on " + networkInterface + ": "
                + (forbidden ? Capabilities.CAP_NET_RAW.missing() : e.getMessage());
    }

    private void changed(RawOutlet outlet) {
        refresh(outlet);
        ports.tell();
    }

    private void refresh() {
        ports.forEach(this::refresh);
        ports.tell();
    }

    private void refresh(RawOutlet outlet) {
        var open = socket;
        var now = state;
        if (link != Link.UP || open == null || now == null) {
            outlet.without(link, why, now);
            return;
        }
        try {
            outlet.with(open, now);
        } catch (SystemCallException e) {
            boolean tooMany = e.errno() == LibC.ENOBUFS;
            outlet.without(
                    e.errno() == LibC.ENODEV ? Link.DOWN : Link.UNUSABLE,
                    "on " + networkInterface + ": " + e.getMessage()
                            + (tooMany ? "; net.ipv4.igmp_max_memberships limits the groups of one socket" : ""),
                    null);
            retry();
        }
    }

    private void retry() {
        if (retry != null) {
            retry.cancel();
        }
        retry = loop.at(loop.nanoTime() + TimeUnit.SECONDS.toNanos(RETRY_SECONDS), this::update);
    }

    private void read(int most) {
        if (reading) {
            // This call comes from inside a delivery, and reading would overwrite the packet that is being delivered.
            return;
        }
        reading = true;
        try {
            var from = socket;
            for (int n = 0; n < most && from != null && from == socket && from.receive(); n++) {
                ports.deliver(from.source(), from.target(), from.ttl(), from.packet());
            }
        } finally {
            reading = false;
        }
    }

    @Override
    public void drain() {
        read(ALL);
    }

    @Override
    public void unused() {
        close();
        unused.run();
    }

    /** Closes the socket; no port is told anything any more. */
    void close() {
        subscription.cancel();
        if (retry != null) {
            retry.cancel();
        }
        addressPatience.end();
        routes.close();
        closeSocket();
    }

    private void closeSocket() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        if (socket != null) {
            // The outlets let go of it first: its number may belong to another socket a moment later.
            ports.forEach(RawOutlet::detach);
            socket.close();
            socket = null;
        }
    }
}
