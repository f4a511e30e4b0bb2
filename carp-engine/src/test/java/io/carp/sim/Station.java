// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One node's network interface on a {@link SimulatedLink}, with a socket buffer that fills while the node is paused. */
public final class Station implements Transport {
    static final int TTL = 255;

    private final SimulatedLink link;
    private final SimulatedLoop loop;
    private final InetAddress address;
    private final Map<Integer, Door> doors = new HashMap<>();
    private final Deque<Packet> inbox = new ArrayDeque<>();
    private Link state = Link.UP;
    private int sendError;
    private long lastSent;

    private record Packet(InetAddress source, int ttl, ByteBuffer bytes) {}

    Station(SimulatedLink link, SimulatedLoop loop, InetAddress address) {
        this.link = link;
        this.loop = loop;
        this.address = address;
    }

    @Override
    public Port open(Delivery delivery, Listener listener) {
        int vhid = delivery.vhid();
        Door door = new Door(vhid, listener);
        if (doors.putIfAbsent(vhid, door) != null) {
            throw new IllegalStateException("vhid " + vhid + " is open on " + delivery.networkInterface());
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
        if (state == Link.UP && !loop.isDead()) {
            inbox.add(new Packet(source, ttl, packet));
            loop.execute(this::read);
        }
    }

    /** The true time of our last packet. */
    long lastSent() {
        return lastSent;
    }

    InetAddress source() {
        return address;
    }

    private void read() {
        for (Packet packet = inbox.poll(); packet != null; packet = inbox.poll()) {
            Door door = packet.bytes.remaining() > 1 ? doors.get(packet.bytes.get(1) & 0xff) : null;
            if (door != null) {
                door.listener.received(packet.source, packet.ttl, packet.bytes.duplicate());
            }
        }
    }

    private final class Door implements Port {
        private final int vhid;
        private final Listener listener;

        Door(int vhid, Listener listener) {
            this.vhid = vhid;
            this.listener = Objects.requireNonNull(listener);
        }

        void tell(Link state) {
            if (doors.get(vhid) == this) {
                listener.link(state, state == Link.UP ? "" : "no carrier");
            }
        }

        @Override
        public int send(ByteBuffer packet) {
            if (sendError == 0 && state == Link.UP) {
                byte[] bytes = new byte[packet.remaining()];
                packet.get(packet.position(), bytes);
                lastSent = link.now();
                link.send(Station.this, ByteBuffer.wrap(bytes));
            }
            return sendError;
        }

        @Override
        public void update(Delivery delivery) {}

        @Override
        public void drain() {
            read();
        }

        @Override
        public @Nullable InetAddress source() {
            return state == Link.UP ? address : null;
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
            doors.remove(vhid, this);
        }
    }
}
