// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.LinkMessage;
import io.carp.linux.Netlink;
import io.carp.linux.PacketSocket;
import io.carp.linux.Sysctl;
import io.carp.linux.SystemCallException;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends {@linkplain Announcement announcements}. Any thread may call; a call may wait for the kernel, but not for a
 * network.
 */
final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final int TIMEOUT_MILLIS = 1000;

    private @Nullable Netlink netlink;
    private @Nullable PacketSocket socket;
    /** The interfaces on which the last announcement failed. */
    private final Set<String> failing = new HashSet<>();

    /**
     * Sends the frames of each address, if there is any. Does nothing where there is no Ethernet. The sockets stay open
     * from the first call.
     */
    synchronized void announce(String networkInterface, Collection<VirtualIp> addresses) {
        try {
            if (netlink == null) {
                netlink = Netlink.open(TIMEOUT_MILLIS);
            }
            var link = netlink.link(networkInterface);
            if (link == null || !link.hasEthernetFrames()) {
                return;
            }
            // Reading that file takes longer than all the rest, and IPv4 has no use for it.
            boolean router = addresses.stream().anyMatch(ip -> !ip.isIpv4())
                    && Sysctl.isOn("ipv6", networkInterface, "forwarding");
            if (socket == null) {
                socket = PacketSocket.open();
            }
            for (var ip : addresses) {
                for (var frame : Announcement.frames(ip, link.hardwareAddress(), router)) {
                    send(socket, link, ip, frame);
                }
            }
            failing.remove(networkInterface);
        } catch (IOException | LinkageError e) {
            // Announcements are repeated, so there is one line until they work again.
            if (failing.add(networkInterface)) {
                LOG.warn(
                        "carp: cannot announce on {}: {}",
                        networkInterface,
                        Privileges.explain(e, Capabilities.CAP_NET_RAW));
            }
        }
    }

    @Override
    public synchronized void close() {
        if (netlink != null) {
            netlink.close();
            netlink = null;
        }
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private static void send(PacketSocket socket, LinkMessage link, VirtualIp ip, byte[] frame) throws IOException {
        int errno = socket.send(link.ifindex(), frame);
        if (errno == LibC.EAGAIN) {
            throw new IOException(ip + ": the interface sends nothing any more, and its queue is full");
        }
        if (errno != 0) {
            throw new SystemCallException("announce " + ip, errno);
        }
    }
}
