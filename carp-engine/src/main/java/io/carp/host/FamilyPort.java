// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.CarpStateMachine;
import io.carp.spi.Delivery;
import io.carp.spi.Relay;
import io.carp.spi.Transport;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The port of one virtual host on its link, in one family. Loop thread only. */
final class FamilyPort implements Transport.Listener {
    /** EIO comes closest. */
    private static final int NO_PORT = 5;

    final StandardProtocolFamily family;
    final SendErrors errors = new SendErrors();
    private final CarpStateMachine machine;
    private final FamilyPorts.Listener listener;
    private final Runnable sendingChanged;
    private boolean unicast;
    Link link = Link.UNUSABLE;
    String why = "";
    boolean heardFrom;
    Transport.@Nullable Port port;

    /** @param sendingChanged called when the {@link #errors} are forgotten */
    FamilyPort(Delivery delivery, CarpStateMachine machine, FamilyPorts.Listener listener, Runnable sendingChanged) {
        this.family = delivery.family();
        this.unicast = delivery.isUnicast();
        this.machine = machine;
        this.listener = listener;
        this.sendingChanged = sendingChanged;
    }

    boolean isUnicast() {
        return unicast;
    }

    boolean isIpv6() {
        return family == StandardProtocolFamily.INET6;
    }

    /** Whether there is nobody who could be heard, and that was so configured. */
    boolean isAlone() {
        return link == Link.ALONE;
    }

    /**
     * Whether the link is down and nothing else is wrong. An interface that is gone or has no source address is more
     * than a link that is down.
     */
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
        if (link != Link.UP) {
            errors.forget(); // A link that is down has a demotion of its own.
            sendingChanged.run();
        }
        listener.linkChanged();
    }

    void update(Delivery delivery) {
        unicast = delivery.isUnicast();
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

    /**
     * Sends. If a transport throws something, that counts as a failed send, since it must not cost us the next timer.
     */
    int send(ByteBuffer packet, boolean asMaster) {
        try {
            if (port == null) {
                return NO_PORT;
            }
            return asMaster ? port.send(packet) : port.sendLast(packet);
        } catch (RuntimeException e) {
            listener.portFailed(e);
            return NO_PORT;
        }
    }

    @Nullable
    Relay relay() {
        return port == null ? null : port.relay();
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
