// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Relay;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Listener;
import io.carp.spi.Transport.Port;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual hosts that share one socket, each behind the port of its vhid. Loop thread only.
 *
 * @param <O> what each of them has for itself
 */
final class VhidTable<O extends VhidTable.Outlet> {
    private static final Logger LOG = LoggerFactory.getLogger(VhidTable.class);
    /** A CARP packet carries its vhid here. */
    private static final int VHID = 1;

    private static final int MAX_VHID = 255;
    private static final int NO_TTL = -1;

    /** What one virtual host has for itself: where its advertisements go, and where they may come from. */
    interface Outlet {
        /** As {@link Port#send}. */
        int send(ByteBuffer packet);

        /** As {@link Port#sendLast}. */
        default int sendLast(ByteBuffer packet) {
            return send(packet);
        }

        /** As {@link Port#relay}. */
        default @Nullable Relay relay() {
            return null;
        }

        /** The condition of its link now; null while that is not known. */
        @Nullable
        Condition condition();

        /** Whether it takes part. If not, what arrives for it counts as never sent. */
        default boolean takesPart() {
            return true;
        }

        /** Whether a packet between these two addresses is for it. Allocates nothing. */
        boolean admits(InetAddress from, InetAddress to);

        /** Whether the packets that it hears may have been routed. */
        boolean mayBeRouted();

        /** Ends its use. */
        void close();
    }

    /**
     * What can be done with the link.
     *
     * @param why as {@link Listener#link}
     * @param source as {@link Port#source}
     */
    record Condition(Link link, String why, @Nullable InetAddress source) {
        /** All that is sent goes to nobody, and that is no failure: the first node of a group serves, too. */
        static Condition alone(@Nullable InetAddress source) {
            return new Condition(
                    Link.ALONE,
                    "peers names nobody but this node: nobody hears its advertisements, and nobody would take over from it",
                    source);
        }

        boolean isAlone() {
            return link == Link.ALONE;
        }
    }

    /** The socket they share. */
    interface Wire<O> {
        /** A way out for a virtual host. */
        O outlet(Delivery delivery);

        /** As {@link Port#drain}. */
        void drain();

        /** The last port was closed. */
        void unused();
    }

    private final Loop loop;
    private final Wire<O> wire;
    private final @Nullable VhidPort[] ports;
    private int open;
    private long badVhid;
    private long badLength;
    private boolean known;

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types.
    VhidTable(Loop loop, Wire<O> wire) {
        this.loop = loop;
        this.wire = wire;
        this.ports = (@Nullable VhidPort[]) new VhidTable.VhidPort[MAX_VHID + 1];
    }

    /**
     * Adds a virtual host.
     *
     * @param inUse the message if the vhid is already taken
     */
    Port open(Delivery delivery, Listener listener, String inUse) {
        int vhid = delivery.vhid();
        if (vhid < 1 || vhid > MAX_VHID) {
            throw new IllegalArgumentException("vhid " + vhid + " is not between 1 and " + MAX_VHID);
        }
        if (ports[vhid] != null) {
            throw new IllegalStateException(inUse);
        }
        var port = new VhidPort(delivery, listener, wire.outlet(delivery));
        ports[vhid] = port;
        open++;
        loop.execute(port::tell);
        return port;
    }

    /** Hands a packet to the virtual host that it is for. The position is behind the IP or UDP header. */
    void deliver(InetAddress from, InetAddress to, int ttl, ByteBuffer packet) {
        if (packet.remaining() <= VHID) {
            badLength++;
            return;
        }
        var port = ports[packet.get(packet.position() + VHID) & 0xff];
        if (port == null) {
            badVhid++;
        } else if (!port.outlet.takesPart()) {
            return;
        } else if (port.outlet.admits(from, to)) {
            deliver(port, from, ttl, packet);
        } else {
            port.listener.wrongPeer(from);
        }
    }

    /** What one virtual host throws must cost no other one its packets: they may be read on its behalf. */
    private void deliver(VhidPort port, InetAddress from, int ttl, ByteBuffer packet) {
        try {
            port.listener.received(from, port.outlet.mayBeRouted() ? NO_TTL : ttl, packet);
        } catch (RuntimeException | Error e) {
            LoopLog.write(() -> LOG.error("vhid {} failed over a packet; the others go on", port.vhid, e));
        }
    }

    /** Performs an action on the outlet of each virtual host. */
    void forEach(Consumer<O> action) {
        for (int vhid = 1; vhid <= MAX_VHID; vhid++) {
            var port = ports[vhid];
            if (port != null) {
                action.accept(port.outlet);
            }
        }
    }

    /** Whether at least one outlet meets the condition. */
    boolean any(Predicate<O> which) {
        for (int vhid = 1; vhid <= MAX_VHID; vhid++) {
            var port = ports[vhid];
            if (port != null && which.test(port.outlet)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What can be done with the link is known, now or again: tells each virtual host for which it has changed. In a turn of
     * its own, for each of them may have to let go of a mastership: the advertisements of other links come between.
     */
    void tell() {
        known = true;
        for (int vhid = 1; vhid <= MAX_VHID; vhid++) {
            var port = ports[vhid];
            if (port != null && port.mayBeTold && port.news() != null) {
                loop.execute(port::tell);
            }
        }
    }

    private final class VhidPort implements Port {
        private final int vhid;
        private final Listener listener;
        private Delivery delivery;
        private O outlet;
        private boolean mayBeTold;
        private @Nullable Condition told;

        VhidPort(Delivery delivery, Listener listener, O outlet) {
            this.vhid = delivery.vhid();
            this.listener = listener;
            this.delivery = delivery;
            this.outlet = outlet;
        }

        void tell() {
            mayBeTold = true;
            var now = news();
            if (known && now != null && ports[vhid] == this) {
                told = now;
                listener.link(now.link(), now.why());
            }
        }

        /** What has not been told; null if there is nothing. */
        @Nullable
        Condition news() {
            var now = outlet.condition();
            return Objects.equals(now, told) ? null : now;
        }

        @Override
        public void update(Delivery edited) {
            if (ports[vhid] != this || edited.equals(delivery)) {
                return;
            }
            // The new outlet comes first, so that a group that stays is never left.
            var before = outlet;
            outlet = wire.outlet(edited);
            delivery = edited;
            before.close();
            loop.execute(this::tell);
        }

        @Override
        public int send(ByteBuffer packet) {
            return outlet.send(packet);
        }

        @Override
        public int sendLast(ByteBuffer packet) {
            return outlet.sendLast(packet);
        }

        @Override
        public @Nullable Relay relay() {
            return outlet.relay();
        }

        @Override
        public void drain() {
            wire.drain();
        }

        @Override
        public @Nullable InetAddress source() {
            var now = outlet.condition();
            return now == null ? null : now.source();
        }

        @Override
        public long badVhid() {
            return badVhid;
        }

        @Override
        public long badLength() {
            return badLength;
        }

        @Override
        public void close() {
            if (ports[vhid] == this) {
                ports[vhid] = null;
                outlet.close();
                open--;
                if (open == 0) {
                    wire.unused();
                }
            }
        }
    }
}
