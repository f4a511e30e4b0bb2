// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Delivery;
import io.carp.spi.Transport.Link;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one virtual host has for itself of the transport udp: its peers. Loop thread only. */
final class UdpOutlet implements VhidTable.Outlet {
    private static final Logger LOG = LoggerFactory.getLogger(UdpOutlet.class);
    // The number of Linux, since Java does not tell the real one.
    private static final int ENETDOWN = 100;

    private final Delivery delivery;
    private final UdpSocket socket;
    private final Set<InetAddress> own;
    private final Runnable unheard;
    private List<InetSocketAddress> peers = List.of();
    /** Null for as long as nothing is known about the network of this machine. */
    private VhidTable.@Nullable Condition condition;

    /** @param unheard called for each packet that could be sent to no peer */
    UdpOutlet(Delivery delivery, UdpSocket socket, Runnable unheard) {
        this.delivery = delivery;
        this.socket = socket;
        this.unheard = unheard;
        this.own = Set.copyOf(delivery.peers());
    }

    boolean hasOwnPeers() {
        return delivery.isUnicast();
    }

    /** Says that nothing can be sent or heard, and why. */
    void without(String why) {
        peers = List.of();
        condition = new VhidTable.Condition(Link.UNUSABLE, why, null);
    }

    /**
     * Says that the socket is bound with these settings. Returns false if something is missing that may come by itself
     * later.
     *
     * @param network the network of this machine
     */
    boolean with(UdpSettings settings, LocalNetwork network) {
        try {
            peers = delivery.isUnicast() ? ownPeers(settings.port(), network) : peersOfTheNode(settings);
        } catch (IOException e) {
            without(String.valueOf(e.getMessage()));
            return false;
        }
        InetAddress first = peers.isEmpty() ? null : peers.get(0).getAddress();
        peers = peers.stream()
                .filter(peer -> !isThisNode(peer, settings, network))
                .toList();
        if (first != null && peers.isEmpty()) {
            condition = VhidTable.Condition.alone(first);
            return false;
        }
        if (peers.isEmpty()) {
            without("no " + (delivery.isIpv4() ? "IPv4" : "IPv6") + " peers configured in " + UdpSettings.FILE);
            return true;
        }
        if (settings.bind() != null && settings.bind() instanceof Inet4Address != delivery.isIpv4()) {
            without("bind = " + settings.bind().getHostAddress() + " in " + UdpSettings.FILE
                    + " is of another family than the peers");
            return true;
        }
        var source = settings.bind() != null ? settings.bind() : findSource();
        condition = source == null
                ? new VhidTable.Condition(
                        Link.UNUSABLE,
                        "no route to " + peers.get(0).getAddress().getHostAddress(),
                        null)
                : new VhidTable.Condition(Link.UP, "", source);
        return source != null;
    }

    /**
     * All nodes may have the same list. What we send to ourselves would always arrive, and so would hide that nothing
     * else does.
     */
    private static boolean isThisNode(InetSocketAddress peer, UdpSettings settings, LocalNetwork network) {
        if (peer.getPort() != settings.port()) {
            return false;
        }
        return settings.bind() != null
                ? peer.getAddress().equals(settings.bind())
                : network.addresses().contains(peer.getAddress());
    }

    private List<InetSocketAddress> peersOfTheNode(UdpSettings settings) {
        return settings.peers().stream()
                .filter(peer -> peer.getAddress() instanceof Inet4Address == delivery.isIpv4())
                .toList();
    }

    private List<InetSocketAddress> ownPeers(int port, LocalNetwork network) throws IOException {
        List<InetSocketAddress> result = new ArrayList<>();
        for (var peer : delivery.peers()) {
            result.add(new InetSocketAddress(peer.isLinkLocalAddress() ? scoped(peer, network) : peer, port));
        }
        return result;
    }

    /** A link-local IPv6 address with the link on which it is meant. */
    private InetAddress scoped(InetAddress peer, LocalNetwork network) throws IOException {
        if (peer instanceof Inet4Address) {
            return peer;
        }
        Integer at = network.interfaces().get(delivery.networkInterface());
        if (at == null) {
            throw new IOException("interface " + delivery.networkInterface() + " does not exist on this machine");
        }
        return Inet6Address.getByAddress(null, peer.getAddress(), at);
    }

    private @Nullable InetAddress findSource() {
        // Connecting sends nothing, but it makes the kernel choose the source address.
        try (var probe = DatagramChannel.open()) {
            probe.connect(peers.get(0));
            return probe.getLocalAddress() instanceof InetSocketAddress local ? local.getAddress() : null;
        } catch (IOException | UnsupportedAddressTypeException e) {
            if (LOG.isDebugEnabled()) {
                var peer = peers.get(0);
                LoopLog.write(() -> LOG.debug("No route to {}", peer, e));
            }
            return null;
        }
    }

    @Override
    public int send(ByteBuffer packet) {
        if (condition != null && condition.isAlone()) {
            return 0;
        }
        int result = ENETDOWN;
        boolean sent = false;
        for (int i = 0; i < peers.size(); i++) {
            // A peer that cannot be reached must not cost the others their advertisement.
            int errno = socket.send(packet, peers.get(i));
            sent |= errno == 0;
            result = errno;
        }
        if (!sent) {
            unheard.run();
        }
        return sent ? 0 : result;
    }

    @Override
    public VhidTable.@Nullable Condition condition() {
        return condition;
    }

    @Override
    public boolean admits(InetAddress from, InetAddress to) {
        return own.isEmpty() || own.contains(from);
    }

    @Override
    public boolean mayBeRouted() {
        return true;
    }

    @Override
    public void close() {
        // The socket stays, since others use it.
    }
}
