// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.RawSocket;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Listener;
import io.carp.spi.Transport.Port;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One network interface and family of the raw transport: its one socket, shared by all virtual hosts there. Loop thread
 * only.
 */
final class RawLink implements Ports.Wire, LinkMonitor.Subscriber {
    /** How many packets are read before others get their turn on the loop. */
    private static final int BURST = 64;
    /** More than a socket's receive buffer holds; a bound all the same, against a flood. */
    private static final int ALL = 1024;

    private static final long RETRY_SECONDS = 5;

    private final Loop loop;
    private final String networkInterface;
    private final InetAddress group;
    private final Runnable unused;
    private final Ports ports;
    private final Cancellable subscription;
    private LinkMonitor.@Nullable State state;
    private @Nullable RawSocket socket;
    private @Nullable Cancellable watch;
    private @Nullable Cancellable retry;
    private @Nullable InetAddress source;
    private boolean seen;
    private boolean reading;

    /**
     * @param group the multicast group to join and send to; its family is the link's
     * @param unused called when the last port was closed
     */
    RawLink(Loop loop, LinkMonitor monitor, String networkInterface, InetAddress group, Runnable unused) {
        this.loop = loop;
        this.networkInterface = networkInterface;
        this.group = group;
        this.unused = unused;
        this.ports = new Ports(loop, this);
        this.subscription = monitor.subscribe(networkInterface, this);
    }

    /** As {@link io.carp.spi.Transport#open}. */
    Port open(int vhid, Listener listener) {
        return ports.open(vhid, listener, "vhid " + vhid + " is already used on " + networkInterface);
    }

    @Override
    public void changed(LinkMonitor.@Nullable State now) {
        state = now;
        update();
    }

    @Override
    public void unknown(String why) {
        ports.link(Link.UNUSABLE, why);
    }

    private void update() {
        var now = state;
        if (now == null || (socket != null && socket.ifindex() != now.ifindex())) {
            // A new interface of the old name is another one: membership and binding died with the old one.
            closeSocket();
        }
        if (now == null) {
            source = null;
            var why = "interface " + networkInterface;
            ports.link(seen ? Link.DOWN : Link.UNUSABLE, why + (seen ? " is gone" : " does not exist on this machine"));
            return;
        }
        seen = true;
        boolean ipv4 = group instanceof Inet4Address;
        var address = ipv4 ? now.ipv4() : now.ipv6();
        if (!now.up()) {
            down("is administratively down", address);
        } else if (!now.running()) {
            down("has no carrier", address);
        } else if (address == null) {
            down("has no " + (ipv4 ? "IPv4 address" : "link-local IPv6 address") + " to advertise from", null);
        } else {
            up(now.ifindex(), address);
        }
    }

    private void down(String what, @Nullable InetAddress address) {
        source = address;
        ports.link(Link.DOWN, "interface " + networkInterface + " " + what);
    }

    private void up(int ifindex, InetAddress address) {
        try {
            if (socket == null) {
                socket = RawSocket.open(networkInterface, ifindex, group);
                watch = loop.watch(socket.fd(), () -> read(BURST));
            }
            socket.sendFrom(address);
            source = address;
            ports.link(Link.UP, "");
        } catch (SystemCallException e) {
            closeSocket();
            source = null;
            retry();
            if (e.errno() == LibC.ENODEV) {
                // Deleted a moment ago: the news is on its way.
                down("is gone", null);
                return;
            }
            boolean forbidden = e.errno() == LibC.EPERM || e.errno() == LibC.EACCES;
            var why = forbidden ? Capabilities.CAP_NET_RAW.missing() : e.getMessage();
            ports.link(Link.UNUSABLE, "no raw socket on " + networkInterface + ": " + why);
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
            // Called from inside a delivery: the packet being delivered would be overwritten.
            return;
        }
        reading = true;
        try {
            var from = socket;
            for (int n = 0; n < most && from != null && from == socket && from.receive(); n++) {
                ports.deliver(from.source(), from.ttl(), from.packet());
            }
        } finally {
            reading = false;
        }
    }

    @Override
    public int send(ByteBuffer packet) {
        return socket == null ? LibC.ENETDOWN : socket.send(packet);
    }

    @Override
    public void drain() {
        read(ALL);
    }

    @Override
    public @Nullable InetAddress source() {
        return source;
    }

    @Override
    public void unused() {
        close();
        unused.run();
    }

    /** Closes the socket; nobody is told anything any more. */
    void close() {
        subscription.cancel();
        if (retry != null) {
            retry.cancel();
        }
        closeSocket();
    }

    private void closeSocket() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
