// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.spi.Delivery;
import io.carp.spi.Relay;
import io.carp.spi.Transport;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One node's network interface on a {@link SimulatedLink}, with a socket buffer that fills while the node is paused.
 */
public final class Station implements Transport {
    static final int TTL = 255;
    static final int NO_TTL = -1;

    private final SimulatedLink link;
    private final SimulatedLoop loop;
    private final InetAddress address;
    private final InetAddress ipv6Address;
    private final Map<Key, Door> doors = new HashMap<>();
    private final Deque<Packet> inbox = new ArrayDeque<>();
    private Link state = Link.UP;
    private int sendError;
    private long lastSent;
    private long lastTried;
    private long silence;
    private byte[] lastSaid = {};

    private Reader reader = (door, from, source, ttl, packet) -> door.received(source, ttl, packet);

    /** @param from is null for what was not sent by a node */
    private record Packet(@Nullable Station from, InetAddress source, int ttl, ByteBuffer bytes) {}

    /** Hands a packet to the listener. */
    interface Reader {
        void read(Listener door, @Nullable Station from, InetAddress source, int ttl, ByteBuffer packet);
    }

    private record Key(boolean ipv6, int vhid) {}

    Station(SimulatedLink link, SimulatedLoop loop, InetAddress address, InetAddress ipv6Address) {
        this.link = link;
        this.loop = loop;
        this.address = address;
        this.ipv6Address = ipv6Address;
    }

    /** The link-local address that ends in the IPv4 address. */
    static InetAddress linkLocal(InetAddress ipv4) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) 0xfe;
        bytes[1] = (byte) 0x80;
        System.arraycopy(ipv4.getAddress(), 0, bytes, 12, 4);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public Port open(Delivery delivery, Listener listener) {
        Key key = new Key(!delivery.isIpv4(), delivery.vhid());
        Door door = new Door(key, listener);
        if (doors.putIfAbsent(key, door) != null) {
            throw new IllegalStateException("vhid " + key.vhid + " is open on " + delivery.networkInterface());
        }
        loop.execute(() -> door.tell(state));
        return door;
    }

    /** The cable is pulled, or put back. */
    public void link(Link state) {
        this.state = state;
        loop.execute(() -> doors.values().forEach(door -> door.tell(state)));
    }

    public boolean isUp() {
        return state == Link.UP;
    }

    /** Every send fails with this error number from now on; 0 for none. */
    public void sendError(int errno) {
        sendError = errno;
    }

    /** Something comes in from the wire. */
    public void arrive(InetAddress source, int ttl, ByteBuffer packet) {
        arrive(null, source, ttl, packet);
    }

    void arrive(@Nullable Station from, InetAddress source, int ttl, ByteBuffer packet) {
        if (state == Link.UP && !loop.isDead()) {
            inbox.add(new Packet(from, source, ttl, packet));
            loop.execute(this::read);
        } else if (from != null) {
            link.lost(from, this);
        }
    }

    /** Whoever wants to see what becomes of the packets. */
    void reader(Reader reader) {
        this.reader = reader;
    }

    /** The TTL of what comes from the link. */
    int ttl() {
        return link.ttl();
    }

    /** The last advertisement of this node; empty if there was none. */
    byte[] lastSaid() {
        return lastSaid;
    }

    /** Nanoseconds between the last advertisement and the one before, whether they left or not. */
    public long silence() {
        return silence;
    }

    /** The true time of our last packet. */
    long lastSent() {
        return lastSent;
    }

    private void read() {
        for (Packet packet = inbox.poll(); packet != null; packet = inbox.poll()) {
            Door door = packet.bytes.remaining() > 1 ? door(packet) : null;
            if (door != null) {
                reader.read(door.listener, packet.from, packet.source, packet.ttl, packet.bytes.duplicate());
            }
        }
    }

    /** A node with one door hears both families by it: that is what the pure rules look like. */
    private @Nullable Door door(Packet packet) {
        int vhid = packet.bytes.get(1) & 0xff;
        boolean ipv6 = packet.source instanceof Inet6Address;
        Door door = doors.get(new Key(ipv6, vhid));
        return door == null ? doors.get(new Key(!ipv6, vhid)) : door;
    }

    private final class Door implements Port {
        private final Key key;
        private final Listener listener;
        private final SimulatedRelay relay = new SimulatedRelay(loop, this::send);

        Door(Key key, Listener listener) {
            this.key = key;
            this.listener = Objects.requireNonNull(listener);
        }

        void tell(Link state) {
            if (doors.get(key) == this) {
                listener.link(state, state == Link.UP ? "" : "no carrier");
            }
        }

        @Override
        public int send(ByteBuffer packet) {
            silence = link.now() - lastTried;
            lastTried = link.now();
            if (sendError == 0 && state == Link.UP) {
                byte[] bytes = new byte[packet.remaining()];
                packet.get(packet.position(), bytes);
                lastSent = link.now();
                lastSaid = bytes;
                link.send(Station.this, own(), ByteBuffer.wrap(bytes));
            } else {
                link.lost(Station.this);
            }
            return sendError;
        }

        @Override
        public Relay relay() {
            return relay;
        }

        @Override
        public void update(Delivery delivery) {}

        @Override
        public void drain() {
            read();
        }

        @Override
        public @Nullable InetAddress source() {
            return state == Link.UP ? own() : null;
        }

        private InetAddress own() {
            return key.ipv6 ? ipv6Address : address;
        }

        @Override
        public long badVhid() {
            return 0;
        }

        @Override
        public long badLength() {
            return 0;
        }

        @Override
        public void close() {
            relay.cancel();
            doors.remove(key, this);
        }
    }
}
