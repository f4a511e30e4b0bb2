// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Advertisements as UDP packets to a list of peers: on any system, without privileges, understood by this product only.
 * All virtual hosts share one socket and are told apart by their vhid; the network interface makes no difference.
 */
@Component(service = Transport.class, configurationPid = "carp.transport.udp", property = Transport.NAME + "=udp")
@Designate(ocd = UdpTransport.Configuration.class)
public final class UdpTransport implements Transport, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final int NO_TTL = -1;
    private static final long RETRY_SECONDS = 1;
    // As on Linux; Java does not tell the real one.
    private static final int ENETDOWN = 100;

    /** The keys of the file, for the forms of a web console. */
    @ObjectClassDefinition(name = "CARP over UDP")
    @interface Configuration {
        @AttributeDefinition(description = "UDP port to listen on, and to send to; 1..65535")
        int port() default 5112;

        @AttributeDefinition(
                description = "who gets the advertisements: addresses in digits, separated by commas,"
                        + " each with :port if it differs; IPv6 in brackets")
        String peers() default "";

        @AttributeDefinition(
                description = "local address to listen on and to send from; empty for any",
                required = false)
        String bind() default "";
    }

    private final Loop loop;
    private final UdpSocket socket;
    private final Side ipv4;
    private final Side ipv6;
    private @Nullable UdpSettings settings;
    private String problem = "";
    private @Nullable Cancellable retry;

    @Activate
    public UdpTransport(@Reference Loop loop, Map<String, Object> configuration) {
        this.loop = loop;
        this.socket = new UdpSocket(loop, this::received);
        this.ipv4 = new Side("IPv4", true);
        this.ipv6 = new Side("IPv6", false);
        modified(configuration);
    }

    /** Takes over a new configuration; one that is wrong is refused in the log and changes nothing. */
    @Modified
    void modified(Map<String, Object> configuration) {
        try {
            var checked = UdpSettings.of(configuration);
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
            settings = null;
            socket.close();
        });
    }

    @Override
    public Port open(String networkInterface, ProtocolFamily family, int vhid, Listener listener) {
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new IllegalArgumentException("the transport udp knows INET and INET6, not " + family.name());
        }
        var side = family == StandardProtocolFamily.INET ? ipv4 : ipv6;
        return side.ports.open(
                vhid, listener, "vhid " + vhid + " is already used over UDP, where the interface makes no difference");
    }

    private void refuse(String refusal) {
        if (settings == null) {
            problem = refusal;
            tell();
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
        }
        update();
    }

    private void update() {
        var now = settings;
        if (now == null) {
            return;
        }
        cancelRetry();
        if (now.peers().isEmpty()) {
            socket.unbind();
            problem = "no peers configured in " + UdpSettings.FILE;
        } else if (!socket.isBound()) {
            try {
                socket.bind(now.bind(), now.port());
            } catch (IOException e) {
                problem = "cannot listen on UDP port " + now.port() + " of "
                        + (now.bind() == null ? "any address" : now.bind().getHostAddress()) + ": " + e.getMessage();
            }
        }
        ipv4.source = ipv4.findSource(now);
        ipv6.source = ipv6.findSource(now);
        tell();
        boolean incomplete = !socket.isBound() || ipv4.lacksRoute(now) || ipv6.lacksRoute(now);
        if (incomplete && !now.peers().isEmpty()) {
            // The address or the route may come later, as the network of a machine that boots does.
            retry = loop.at(loop.nanoTime() + TimeUnit.SECONDS.toNanos(RETRY_SECONDS), this::update);
        }
    }

    private void tell() {
        ipv4.tell();
        ipv6.tell();
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void received(InetAddress source, ByteBuffer packet) {
        (source instanceof Inet4Address ? ipv4 : ipv6).ports.deliver(source, NO_TTL, packet);
    }

    /** The peers of one family and the virtual hosts that talk to them. Loop thread only. */
    private final class Side implements Ports.Wire {
        private final String name;
        private final boolean isIpv4;
        private final Ports ports = new Ports(loop, this);
        private @Nullable InetAddress source;

        Side(String name, boolean isIpv4) {
            this.name = name;
            this.isIpv4 = isIpv4;
        }

        private List<InetSocketAddress> peers(UdpSettings now) {
            return now.peers().stream()
                    .filter(peer -> peer.getAddress() instanceof Inet4Address == isIpv4)
                    .toList();
        }

        boolean lacksRoute(UdpSettings now) {
            return source == null && !peers(now).isEmpty();
        }

        @Nullable
        InetAddress findSource(UdpSettings now) {
            var peers = peers(now);
            if (peers.isEmpty() || now.bind() != null) {
                return peers.isEmpty() ? null : now.bind();
            }
            // Connecting sends nothing, but makes the kernel choose the address it would send from.
            try (var probe = DatagramChannel.open()) {
                probe.connect(peers.get(0));
                return probe.getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : null;
            } catch (IOException | UnsupportedAddressTypeException e) {
                LOG.debug("No route to {}", peers.get(0), e);
                return null;
            }
        }

        void tell() {
            var now = settings;
            if (now == null || now.peers().isEmpty() || !socket.isBound()) {
                ports.link(Link.UNUSABLE, problem);
            } else if (peers(now).isEmpty()) {
                ports.link(Link.UNUSABLE, "no " + name + " peers configured in " + UdpSettings.FILE);
            } else if (source == null) {
                ports.link(
                        Link.UNUSABLE,
                        "no route to " + peers(now).get(0).getAddress().getHostAddress());
            } else {
                ports.link(Link.UP, "");
            }
        }

        @Override
        public int send(ByteBuffer packet) {
            if (!socket.isBound() || settings == null) {
                return ENETDOWN;
            }
            int result = ENETDOWN;
            for (var peer : settings.peers()) {
                // A peer that cannot be reached must not cost the others their advertisement.
                if (peer.getAddress() instanceof Inet4Address == isIpv4) {
                    int errno = socket.send(packet, peer);
                    result = result == 0 ? 0 : errno;
                }
            }
            return result;
        }

        @Override
        public void drain() {
            socket.drain();
        }

        @Override
        public @Nullable InetAddress source() {
            return !socket.isBound() ? null : source;
        }

        @Override
        public void unused() {
            // The socket stays: a virtual host that comes next needs it again.
        }
    }
}
