// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.protocol.CarpStateMachine;
import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The door of one virtual host to its link, in one family. Loop thread only. */
final class Door implements Transport.Listener {
    final StandardProtocolFamily family;
    private final CarpStateMachine machine;
    private final Ports.Listener listener;
    Link link = Link.UNUSABLE;
    String why = "";
    boolean heardFrom;
    Transport.@Nullable Port port;

    Door(StandardProtocolFamily family, CarpStateMachine machine, Ports.Listener listener) {
        this.family = family;
        this.machine = machine;
        this.listener = listener;
    }

    boolean isIpv6() {
        return family == StandardProtocolFamily.INET6;
    }

    /** An interface that is gone, or has no address to speak from, is more than a link that is down. */
    boolean isNothingButDown() {
        return link == Link.DOWN && port != null && port.source() != null;
    }

    @Override
    public void received(InetAddress source, int ttl, ByteBuffer packet) {
        listener.received(source, ttl, packet);
    }

    @Override
    public void wrongPeer(InetAddress source) {
        listener.wrongPeer(source);
    }

    @Override
    public void link(Link link, String why) {
        this.link = link;
        this.why = why;
        this.heardFrom = true;
        machine.source(isIpv6(), port == null ? null : port.source());
        listener.linkChanged();
    }

    void update(Delivery delivery) {
        try {
            if (port != null) {
                port.update(delivery);
            }
        } catch (RuntimeException e) {
            unusable("the transport cannot serve it: " + e.getMessage());
        }
    }

    void unusable(String why) {
        this.link = Link.UNUSABLE;
        this.why = why;
        this.heardFrom = true;
        listener.linkChanged();
    }

    /** Whatever a transport throws must not cost us the next timer: a failed send is what it is. */
    boolean send(ByteBuffer packet) {
        try {
            return port != null && port.send(packet) == 0;
        } catch (RuntimeException e) {
            listener.portFailed(e);
            return false;
        }
    }

    void drain() {
        try {
            if (port != null) {
                port.drain();
            }
        } catch (RuntimeException e) {
            listener.portFailed(e);
        }
    }

    void close() {
        Transport.Port closing = port;
        port = null;
        machine.source(isIpv6(), null);
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (RuntimeException e) {
            listener.portFailed(e);
        }
    }
}
