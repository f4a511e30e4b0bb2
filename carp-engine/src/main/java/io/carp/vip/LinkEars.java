// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.NeighbourSocket;
import io.carp.linux.NeighbourSocket.Said;
import io.carp.linux.SystemCallException;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Hears on one interface which machines claim addresses of ours. For one thread. */
final class LinkEars implements AutoCloseable {
    /** How much is read in a row, so that a flood does not keep the leases from being renewed. */
    private static final int BURST = 64;

    private final byte[] mac;
    private final @Nullable Inet6Address linkLocal;
    private final List<NeighbourSocket> sockets = new ArrayList<>();
    private final Set<VirtualIp> ips;

    private LinkEars(byte[] mac, @Nullable Inet6Address linkLocal, Set<VirtualIp> ips) {
        this.mac = mac;
        this.linkLocal = linkLocal;
        this.ips = ips;
    }

    /**
     * Opens the sockets that are needed to hear of the addresses.
     *
     * @return null where that makes no sense: there is no such interface, it has no hardware address, or it is down
     */
    static @Nullable LinkEars open(String networkInterface, Set<VirtualIp> ips) throws IOException {
        var device = NetworkInterface.getByName(networkInterface);
        var mac = device == null || !device.isUp() ? null : device.getHardwareAddress();
        if (device == null || mac == null || mac.length != 6) {
            return null;
        }
        var linkLocal = device.inetAddresses()
                .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
                .map(Inet6Address.class::cast)
                .filter(address -> ips.stream().noneMatch(ip -> ip.address().equals(address)))
                .findFirst();
        var ears = new LinkEars(mac, linkLocal.orElse(null), ips);
        try {
            for (boolean ipv4 : new boolean[] {true, false}) {
                Set<InetAddress> ofFamily = ips.stream()
                        .filter(ip -> ip.isIpv4() == ipv4)
                        .map(VirtualIp::address)
                        .collect(Collectors.toSet());
                if (!ofFamily.isEmpty()) {
                    ears.sockets.add(NeighbourSocket.open(device.getIndex(), ipv4, ofFamily));
                }
            }
            return ears;
        } catch (Throwable e) {
            ears.close();
            throw e;
        }
    }

    /** Whether these are the addresses it hears of. */
    boolean hears(Set<VirtualIp> wanted) {
        return ips.equals(wanted);
    }

    /**
     * Hands over the claims that were heard, except those that this interface sent.
     *
     * @throws SystemCallException if the interface is gone or down; open another object then
     */
    void read(Consumer<Said> listener) throws SystemCallException {
        for (var socket : sockets) {
            for (int n = 0; n < BURST; n++) {
                var said = socket.receive();
                if (said == null) {
                    break;
                }
                if (!Arrays.equals(said.mac(), mac)) {
                    listener.accept(said);
                }
            }
        }
    }

    /**
     * Asks the link who has the address. For IPv6 this needs a link-local address to ask from; without one nothing is
     * asked.
     */
    void probe(VirtualIp ip) {
        byte[] question = null;
        if (ip.isIpv4()) {
            question = Probe.arp(mac, ip.address());
        } else if (linkLocal != null) {
            question = Probe.solicitation(mac, linkLocal, ip.address());
        }
        for (var socket : sockets) {
            if (question != null && socket.isFor(ip.address())) {
                socket.send(question); // A question that cannot be sent now is asked later.
            }
        }
    }

    @Override
    public void close() {
        sockets.forEach(NeighbourSocket::close);
        sockets.clear();
    }
}
