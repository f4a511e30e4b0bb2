// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The doors of one virtual host to its link: one for each family it speaks. Loop thread only.
 *
 * <p>The link is as good as its best family: a node that can still be heard by one of them goes on. With {@code
 * ignoreLink} one that is down is taken for up, as long as there is an address to speak from.
 */
final class Ports {
    /** What the runner hears. */
    interface Listener {
        void received(InetAddress source, int ttl, ByteBuffer packet);

        void wrongPeer(InetAddress source);

        void linkChanged();

        /** A port threw what no port may. */
        void portFailed(RuntimeException why);
    }

    private final Transport transport;
    private final CarpStateMachine machine;
    private final Listener listener;
    private final List<Door> doors = new ArrayList<>();
    private boolean ignoreLink;

    Ports(Transport transport, CarpStateMachine machine, Listener listener) {
        this.transport = transport;
        this.machine = machine;
        this.listener = listener;
    }

    /** Opens what is needed for these, changes what is open, and closes what is not needed. */
    void open(Deliveries deliveries) {
        doors.removeIf(door -> {
            boolean unneeded = door.port == null
                    || deliveries.all().stream().noneMatch(delivery -> delivery.family() == door.family);
            if (unneeded) {
                door.close();
            }
            return unneeded;
        });
        deliveries.all().forEach(this::open);
    }

    private void open(Delivery delivery) {
        for (Door door : doors) {
            if (door.family == delivery.family()) {
                door.update(delivery);
                return;
            }
        }
        Door door = new Door(delivery.family());
        doors.add(door);
        try {
            door.port = transport.open(delivery, door);
        } catch (RuntimeException e) {
            door.unusable("the transport cannot serve it: " + e.getMessage());
        }
    }

    /** Whether a link that is down is taken for down from now on. */
    void ignoreLink(boolean ignore) {
        ignoreLink = ignore;
    }

    /**
     * Sends on every family that is up; true if at least one took it. A family that is down and ignored takes whatever
     * there is: the addresses of a master that goes on in spite of it must not run out.
     */
    boolean send(ByteBuffer packet) {
        boolean sent = false;
        Counters counters = machine.counters();
        for (int i = 0; i < doors.size(); i++) { // No iterator: this is each advertisement.
            Door door = doors.get(i);
            boolean forgiven = door.isDownAndIgnored();
            if (door.link != Link.UP && !forgiven) {
                continue;
            }
            if (door.send(packet)) {
                counters.count(door.isIpv6() ? Counter.opackets6 : Counter.opackets);
                sent = true;
            } else if (forgiven) {
                sent = true;
            } else {
                counters.count(Counter.sendErrors);
            }
        }
        return sent;
    }

    void drain() {
        for (Door door : doors) {
            door.drain();
        }
    }

    /** Whether all families have said how they are. */
    boolean isLinkKnown() {
        return doors.stream().allMatch(door -> door.heardFrom);
    }

    /** The best of all families. */
    Link link() {
        Link best = Link.UNUSABLE;
        for (Door door : doors) {
            Link link = door.isDownAndIgnored() ? Link.UP : door.link;
            if (link.compareTo(best) < 0) {
                best = link;
            }
        }
        return best;
    }

    /** Whether nothing but {@code ignoreLink} makes the link one that is up. */
    boolean isDownAndIgnored() {
        return link() == Link.UP && !isUp(StandardProtocolFamily.INET) && !isUp(StandardProtocolFamily.INET6);
    }

    /** Whether advertisements can be heard in this family. */
    boolean isUp(StandardProtocolFamily family) {
        for (Door door : doors) {
            if (door.family == family && door.link == Link.UP) {
                return true;
            }
        }
        return false;
    }

    /** Why families are not up, for a person. */
    String why() {
        List<String> reasons = new ArrayList<>();
        for (Door door : doors) {
            if (door.link != Link.UP && !reasons.contains(door.why)) {
                reasons.add(door.why);
            }
        }
        return String.join("; ", reasons);
    }

    long badVhid() {
        long sum = 0;
        for (Door door : doors) {
            sum += door.port == null ? 0 : door.port.badVhid();
        }
        return sum;
    }

    long badLength() {
        long sum = 0;
        for (Door door : doors) {
            sum += door.port == null ? 0 : door.port.badLength();
        }
        return sum;
    }

    void close() {
        doors.forEach(Door::close);
        doors.clear();
    }

    private final class Door implements Transport.Listener {
        final StandardProtocolFamily family;
        Link link = Link.UNUSABLE;
        String why = "";
        boolean heardFrom;
        Transport.@Nullable Port port;

        Door(StandardProtocolFamily family) {
            this.family = family;
        }

        boolean isIpv6() {
            return family == StandardProtocolFamily.INET6;
        }

        /** An interface that is gone, or has no address to speak from, is more than a link that is down. */
        boolean isDownAndIgnored() {
            return ignoreLink && link == Link.DOWN && port != null && port.source() != null;
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
}
