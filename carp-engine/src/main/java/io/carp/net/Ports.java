// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Loop;
import io.carp.spi.Transport.Link;
import io.carp.spi.Transport.Listener;
import io.carp.spi.Transport.Port;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The virtual hosts that share one socket, each behind the port of its vhid. Loop thread only. */
final class Ports {
    /** A CARP packet carries its vhid here. */
    private static final int VHID = 1;

    private static final int MAX_VHID = 255;

    /** The socket they share. */
    interface Wire {
        /** As {@link Port#send}. */
        int send(ByteBuffer packet);

        /** As {@link Port#drain}. */
        void drain();

        /** As {@link Port#source}. */
        @Nullable
        InetAddress source();

        /** The last port was closed. */
        void unused();
    }

    private final Loop loop;
    private final Wire wire;
    private final @Nullable Door[] doors = new Door[MAX_VHID + 1];
    private int open;
    private long badVhid;
    private long badLength;
    private @Nullable Link link;
    private String why = "";
    private @Nullable InetAddress source;

    Ports(Loop loop, Wire wire) {
        this.loop = loop;
        this.wire = wire;
    }

    /**
     * Lets one more virtual host in.
     *
     * @param inUse the message if the vhid is already taken
     */
    Port open(int vhid, Listener listener, String inUse) {
        if (vhid < 1 || vhid > MAX_VHID) {
            throw new IllegalArgumentException("vhid " + vhid + " is not between 1 and " + MAX_VHID);
        }
        if (doors[vhid] != null) {
            throw new IllegalStateException(inUse);
        }
        var door = new Door(vhid, listener);
        doors[vhid] = door;
        open++;
        loop.execute(door::tellFirst);
        return door;
    }

    /** Hands a packet, its IP or UDP header already behind it, to the virtual host it is for. */
    void deliver(InetAddress from, int ttl, ByteBuffer packet) {
        if (packet.remaining() <= VHID) {
            badLength++;
            return;
        }
        var door = doors[packet.get(packet.position() + VHID) & 0xff];
        if (door == null) {
            badVhid++;
        } else {
            door.listener.received(from, ttl, packet);
        }
    }

    /** The link is like this now: tells everyone if that or the source has changed. */
    void link(Link now, String whyNow) {
        var sourceNow = wire.source();
        if (now == link && whyNow.equals(why) && Objects.equals(sourceNow, source)) {
            return;
        }
        link = now;
        why = whyNow;
        source = sourceNow;
        for (int vhid = 1; vhid <= MAX_VHID; vhid++) {
            var door = doors[vhid];
            if (door != null && door.toldFirst) {
                door.listener.link(now, whyNow);
            }
        }
    }

    private final class Door implements Port {
        private final int vhid;
        private final Listener listener;
        private boolean toldFirst;

        Door(int vhid, Listener listener) {
            this.vhid = vhid;
            this.listener = listener;
        }

        void tellFirst() {
            if (doors[vhid] == this) {
                toldFirst = true;
                if (link != null) {
                    listener.link(link, why);
                }
            }
        }

        @Override
        public int send(ByteBuffer packet) {
            return wire.send(packet);
        }

        @Override
        public void drain() {
            wire.drain();
        }

        @Override
        public @Nullable InetAddress source() {
            return wire.source();
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
            if (doors[vhid] == this) {
                doors[vhid] = null;
                open--;
                if (open == 0) {
                    wire.unused();
                }
            }
        }
    }
}
