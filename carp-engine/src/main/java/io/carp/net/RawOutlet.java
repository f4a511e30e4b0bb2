// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Destination;
import io.carp.linux.LibC;
import io.carp.linux.RawSocket;
import io.carp.linux.SystemCallException;
import io.carp.spi.Delivery;
import io.carp.spi.Relay;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one virtual host on a {@link RawLink} has for itself: source, group or peers. Loop thread only. */
final class RawOutlet implements VhidTable.Outlet {
    private static final Destination[] NOWHERE = {};

    private final Delivery delivery;
    private final Set<InetAddress> peers;
    private final VhidClaim claim;
    private final ReturnRoutes routes;
    private final Runnable changed;
    private final Runnable unsent;
    private VhidTable.@Nullable Condition condition;
    private @Nullable RawSocket socket;
    private Destination[] destinations = NOWHERE;
    /**
     * Where the advertisement goes that ends our mastership: to the same destinations, but never from the virtual MAC.
     */
    private Destination[] last = NOWHERE;

    private final RawRelay relay;
    private boolean joined;
    private int failedInARow;

    /**
     * @param changed called when another process of this machine takes the vhid, or gives it up, or when routes have changed
     * @param unsent called when two advertisements in a row did not leave
     */
    RawOutlet(
            Delivery delivery,
            VhidClaim claim,
            ReturnRoutes routes,
            RelayRing ring,
            Consumer<RawOutlet> changed,
            Runnable unsent) {
        this.relay = new RawRelay(ring);
        this.unsent = unsent;
        this.delivery = delivery;
        this.claim = claim;
        this.routes = routes;
        this.changed = () -> changed.accept(this);
        this.peers = Set.copyOf(delivery.peers());
        claim.use(this.changed);
        routes.use(this.changed);
    }

    /** Says that there is no socket, and why. */
    void without(Link link, String why, KnownInterface.@Nullable State state) {
        detach();
        condition = new VhidTable.Condition(link, why, state == null ? null : source(state));
    }

    /** Says what the interface is like now, and which socket to use. */
    void with(RawSocket now, KnownInterface.State state) throws SystemCallException {
        if (!claim.isOurs()) {
            var why = claim.why();
            without(Link.UNUSABLE, why == null ? "" : why, state);
            condition = why == null ? null : condition;
            return;
        }
        if (socket != now) {
            detach();
            socket = now;
        }
        var source = source(state);
        if (source == null) {
            destinations = NOWHERE;
            last = NOWHERE;
            relay.use(now, NOWHERE);
            condition = new VhidTable.Condition(delivery.source() == null ? Link.DOWN : Link.UNUSABLE, missing(), null);
            return;
        }
        last = delivery.isUnicast() ? unicast(now, state, source) : multicast(now, source);
        destinations = delivery.virtualMac() && !delivery.isUnicast()
                ? new Destination[] {now.fromVirtualMac(delivery.group(), source, delivery.vhid(), delivery.broadcast())
                }
                : last;
        relay.use(now, destinations);
        condition = destinations.length > 0
                ? new VhidTable.Condition(Link.UP, routes.doubt(delivery), source)
                : VhidTable.Condition.alone(source);
    }

    private Destination[] multicast(RawSocket now, InetAddress source) throws SystemCallException {
        if (!joined) {
            now.join(delivery.group());
            joined = true;
        }
        return new Destination[] {
            delivery.broadcast() ? now.toEverybody(delivery.group(), source) : now.to(delivery.group(), source)
        };
    }

    /** The list may be the same on all nodes, so our own addresses are left out of it. */
    private Destination[] unicast(RawSocket now, KnownInterface.State state, InetAddress source) {
        return delivery.peers().stream()
                .filter(peer -> !state.addresses().contains(peer))
                .map(peer -> now.to(peer, source))
                .toArray(Destination[]::new);
    }

    private @Nullable InetAddress source(KnownInterface.State state) {
        var wanted = delivery.source();
        if (wanted != null) {
            return state.addresses().contains(wanted) ? wanted : null;
        }
        return state.first(delivery.isIpv4(), isLinkLocal());
    }

    /** Whether we speak from a link-local address. To peers we do so only if theirs are link-local, too. */
    private boolean isLinkLocal() {
        return delivery.isUnicast() ? delivery.peers().get(0).isLinkLocalAddress() : true;
    }

    private String missing() {
        var wanted = delivery.source();
        if (wanted != null) {
            return "source = " + wanted.getHostAddress() + " is no address of " + delivery.networkInterface()
                    + " to speak from";
        }
        var kind = delivery.isIpv4() ? "IPv4" : isLinkLocal() ? "link-local IPv6" : "IPv6";
        return "interface " + delivery.networkInterface() + " has no " + kind + " address to advertise from";
    }

    @Override
    public int send(ByteBuffer packet) {
        return send(packet, destinations);
    }

    @Override
    public int sendLast(ByteBuffer packet) {
        return send(packet, last);
    }

    private int send(ByteBuffer packet, Destination[] to) {
        int errno = sendToAll(packet, to);
        failedInARow = errno == 0 ? 0 : failedInARow + 1;
        if (failedInARow > 1) {
            unsent.run();
        }
        return errno;
    }

    private int sendToAll(ByteBuffer packet, Destination[] to) {
        var through = socket;
        if (through == null || to.length == 0) {
            return through != null && condition != null && condition.isAlone() ? 0 : LibC.ENETDOWN;
        }
        int result = LibC.ENETDOWN;
        boolean sent = false;
        for (var destination : to) {
            // A peer that cannot be reached must not cost the others their advertisement.
            int errno = through.send(packet, destination);
            sent |= errno == 0;
            result = errno;
        }
        return sent ? 0 : result;
    }

    @Override
    public Relay relay() {
        return relay;
    }

    @Override
    public VhidTable.@Nullable Condition condition() {
        return condition;
    }

    @Override
    public boolean takesPart() {
        return socket != null;
    }

    // As in OpenBSD: a virtual host with peers takes unicast only, any other takes what was sent to its own group only.
    @Override
    public boolean admits(InetAddress from, InetAddress to) {
        return delivery.isUnicast() ? !to.isMulticastAddress() && peers.contains(from) : to.equals(delivery.group());
    }

    @Override
    public boolean mayBeRouted() {
        return delivery.isUnicast();
    }

    @Override
    public void close() {
        detach();
        claim.leave(changed);
        routes.leave(changed);
    }

    /** Leaves the socket while that is still open. Until there is another one nothing can be sent. */
    void detach() {
        relay.detach();
        if (socket != null && joined) {
            socket.leave(delivery.group());
        }
        joined = false;
        socket = null;
        destinations = NOWHERE;
        last = NOWHERE;
    }
}
