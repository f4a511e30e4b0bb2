// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Cancellable;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Advertisements as UDP packets to a list of peers. This works on any system without privileges, and only this product
 * understands it. All virtual hosts share one socket and are told apart by their vhid; the network interface makes no
 * difference.
 */
@Component(service = Transport.class, configurationPid = "carp.transport.udp", property = Transport.NAME + "=udp")
public final class UdpTransport implements Transport, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final int NO_TTL = -1; // Java does not tell the TTL.
    private static final long RETRY_SECONDS = 1;
    /** Whoever looks at the network and has not come back by then will not, for want of memory. */
    private static final long LOST_SECONDS = 5;
    /** How long another process that has the port may take to say where it is at home. */
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Loop loop;
    private final UdpSocket socket;
    private final Side ipv4;
    private final Side ipv6;
    /** Where our advertisements go; -1 before there is a configuration. */
    private volatile int port = -1;

    private @Nullable UdpSettings settings;
    /** The network of this machine, as it was a moment ago. */
    private @Nullable LocalNetwork network;

    private @Nullable UdpClaim claim;
    private boolean asked;
    private String problem = "";
    private @Nullable Cancellable retry;
    private boolean updateDue;
    private final Loop.Timer lost;

    @Activate
    public UdpTransport(@Reference Loop loop, Map<String, Object> configuration) {
        this.loop = loop;
        this.socket = new UdpSocket(loop, this::received);
        this.lost = loop.timer(this::lookAgain);
        this.ipv4 = new Side();
        this.ipv6 = new Side();
        modified(configuration);
    }

    /** Takes over a new configuration. If it is wrong, the log says so and nothing changes. */
    @Modified
    void modified(Map<String, Object> configuration) {
        try {
            var checked = UdpSettings.of(configuration);
            port = checked.port();
            loop.execute(() -> apply(checked));
        } catch (IllegalArgumentException e) {
            var refusal = UdpSettings.FILE + ": " + e.getMessage();
            LOG.error("{}", refusal);
            loop.execute(() -> refuse(refusal));
        }
    }

    /** Closes the socket. */
    @Deactivate
    @Override
    public void close() {
        loop.execute(() -> {
            cancelRetry();
            lost.cancel();
            settings = null;
            socket.close();
            letGo();
        });
    }

    /** Peers in the virtual host's own file replace those of the node; there is no group, and one socket for all. */
    @Override
    public void check(Delivery delivery) {
        if (delivery.broadcast()) {
            throw new IllegalArgumentException(
                    "broadcast = true: the transport udp sends to peers only; allowed is false");
        }
        if (!delivery.group().equals(delivery.isIpv4() ? Delivery.GROUP : Delivery.GROUP6)) {
            throw new IllegalArgumentException((delivery.isIpv4() ? "group" : "group6") + " = "
                    + delivery.group().getHostAddress()
                    + ": the transport udp sends to peers only; allowed is to leave it out");
        }
        if (delivery.source() != null) {
            throw new IllegalArgumentException("source = " + delivery.source().getHostAddress()
                    + ": the transport udp speaks from the address named by bind in " + UdpSettings.FILE
                    + "; allowed is to leave source out");
        }
    }

    @Override
    public int advertisementPort() {
        return port;
    }

    @Override
    public Port open(Delivery delivery, Listener listener) {
        check(delivery);
        var inUse = "vhid " + delivery.vhid() + " is already used over UDP, where the interface makes no difference";
        return (delivery.isIpv4() ? ipv4 : ipv6).ports.open(delivery, listener, inUse);
    }

    private void refuse(String refusal) {
        if (settings == null) {
            problem = refusal;
            refresh();
        }
    }

    private void apply(UdpSettings now) {
        var before = settings;
        settings = now;
        boolean samePlace = before != null
                && before.port() == now.port()
                && String.valueOf(before.bind()).equals(String.valueOf(now.bind()));
        if (!samePlace) {
            socket.unbind();
            letGo();
        }
        updateSoon();
    }

    private void letGo() {
        if (claim != null) {
            claim.close();
            claim = null;
        }
        asked = false;
    }

    private void updateSoon() {
        if (!updateDue) {
            updateDue = true;
            lost.at(loop.nanoTime() + TimeUnit.SECONDS.toNanos(LOST_SECONDS));
            socket.look(found -> {
                lost.cancel();
                network = found;
                update();
            });
        }
    }

    private void lookAgain() {
        updateDue = false;
        updateSoon();
    }

    private void update() {
        updateDue = false;
        var now = settings;
        if (now == null) {
            return;
        }
        cancelRetry();
        boolean anyPeers = !now.peers().isEmpty() || ipv4.hasOwnPeers() || ipv6.hasOwnPeers();
        if (!anyPeers) {
            socket.unbind();
            letGo();
            problem = "no peers configured in " + UdpSettings.FILE;
        } else if (!socket.isBound() && !bind(now)) {
            retry = loop.at(loop.nanoTime() + ANSWER_NANOS, this::updateSoon);
            return;
        }
        boolean complete = refresh() || !anyPeers;
        if (!complete) {
            // The address or the route may come later, while the machine boots.
            updateLater();
        }
    }

    /**
     * Binds the socket, if the port is free. Returns false if a moment later we shall know more about the process that
     * has it.
     */
    private boolean bind(UdpSettings now) {
        var ours = claim == null ? new UdpClaim(loop, now) : claim;
        claim = ours;
        try {
            socket.bind(now.bind(), now.port());
            ours.take();
            asked = false;
        } catch (IOException e) {
            var other = ours.holder();
            if (other != null && other.place().isEmpty() && !asked) {
                asked = true;
                return false;
            }
            problem = "cannot listen on UDP port " + now.port() + " of "
                    + (now.bind() == null ? "any address" : now.bind().getHostAddress()) + ": " + e.getMessage()
                    + (other == null ? "" : ": " + other.inWords() + " has it");
        }
        return true;
    }

    /**
     * Updates later. This is also called when nothing can be sent to any peer, since the interface may be another one
     * of the same name by now.
     */
    private void updateLater() {
        if (retry == null) {
            retry = loop.at(loop.nanoTime() + TimeUnit.SECONDS.toNanos(RETRY_SECONDS), this::updateSoon);
        }
    }

    /** Whether everything that may come by itself is there. */
    private boolean refresh() {
        boolean complete = ipv4.refresh();
        return ipv6.refresh() && complete;
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void received(InetAddress source, ByteBuffer packet) {
        // Java does not tell the destination either. The packet was sent to us, so the source stands in for it.
        (source instanceof Inet4Address ? ipv4 : ipv6).ports.deliver(source, source, NO_TTL, packet);
    }

    /** The virtual hosts that talk in one family. Loop thread only. */
    private final class Side implements VhidTable.Wire<UdpOutlet> {
        private final VhidTable<UdpOutlet> ports = new VhidTable<>(loop, this);
        private boolean complete;

        boolean hasOwnPeers() {
            return ports.any(UdpOutlet::hasOwnPeers);
        }

        boolean refresh() {
            complete = true;
            ports.forEach(outlet -> complete &= refresh(outlet));
            ports.tell();
            return complete;
        }

        private boolean refresh(UdpOutlet outlet) {
            var now = settings;
            var found = network;
            if (now == null || found == null || !socket.isBound()) {
                outlet.without(problem);
                return false;
            }
            return outlet.with(now, found);
        }

        @Override
        public UdpOutlet outlet(Delivery delivery) {
            var outlet = new UdpOutlet(delivery, socket, UdpTransport.this::updateLater);
            if (settings != null && !socket.isBound()) {
                updateSoon(); // This may be the first outlet that needs the socket, so it says nothing until that is
                // there.
            } else if (!refresh(outlet)) {
                updateSoon();
            }
            return outlet;
        }

        @Override
        public void drain() {
            socket.drain();
        }

        @Override
        public void unused() {
            // The socket stays, since the next virtual host will need it again.
        }
    }
}
