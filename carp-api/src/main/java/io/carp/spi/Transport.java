// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Carries advertisements on one network interface. Register an implementation as a service with the property {@link
 * #NAME}; a virtual host picks it with {@code transport.target = (carp.transport=<name>)}.
 */
@ConsumerType
public interface Transport {
    /** Service property that names the transport (String): {@code raw}, {@code udp}. */
    String NAME = "carp.transport";

    /**
     * Checks whether this transport can do what a configuration asks for, whatever the machine is like. Any thread may
     * call.
     *
     * @throws IllegalArgumentException if it cannot; the message names the key, its value and what is allowed
     */
    default void check(Delivery delivery) {}

    /**
     * How its advertisements can be told from other packets of the network interface, for {@link
     * Addresses#advertisementPort()}: the UDP port that they go to, 0 if they are packets of the IP protocol 112, or -1 if
     * they cannot. Any thread may call.
     */
    default int advertisementPort() {
        return -1;
    }

    /**
     * Starts carrying the advertisements of one virtual host in one family. This never fails because of the machine: if
     * an interface, a link, an address or a privilege is missing, {@link Listener#link} says so, at once and whenever
     * that changes. Loop thread only.
     *
     * @param delivery where advertisements go, and where they come from; only those with its vhid reach the listener
     * @param listener called on the loop thread, never before this method has returned
     * @throws IllegalArgumentException if the vhid is not 1..255, or as {@link #check}
     * @throws IllegalStateException if the vhid is already open on that interface and family; the message says so
     */
    Port open(Delivery delivery, Listener listener);

    /** One virtual host's door to one network interface. Loop thread only. */
    @ConsumerType
    interface Port extends AutoCloseable {
        /**
         * Sends one advertisement; the bytes are taken before the call returns, nothing is kept and nothing allocated.
         *
         * @param packet the bytes between position and limit, which stay as they are
         * @return 0, or the error number (errno) of the failed send
         */
        int send(ByteBuffer packet);

        /**
         * As {@link #send}, for an advertisement that ends our mastership. It must not make a switch think that the
         * virtual MAC is here.
         */
        default int sendLast(ByteBuffer packet) {
            return send(packet);
        }

        /**
         * Changes where advertisements go and come from: another group, other peers, another source. The interface, the
         * family and the vhid stay. The change is in force when this returns; the listener is told later if it changes
         * what can be done with the link.
         *
         * @throws IllegalArgumentException as {@link Transport#check}; nothing has changed then
         */
        void update(Delivery delivery);

        /** What sends for this port while the process stands still; null if this transport has none. */
        default @Nullable Relay relay() {
            return null;
        }

        /** Delivers at once what has arrived. A late timer is not trusted before this was done. */
        void drain();

        /** The source address of our advertisements; null while there is none. */
        @Nullable
        InetAddress source();

        /** How many packets came in on this interface and family that no virtual host here claims (their vhid). */
        long badVhid();

        /** How many packets came in on this interface and family that were too short to have a vhid. */
        long badLength();

        @Override
        void close();
    }

    /** What a port tells its virtual host. Called on the loop thread. */
    @ProviderType
    interface Listener {
        /**
         * A packet has arrived that carries our vhid. Nothing else has been checked.
         *
         * @param source the source address of the packet
         * @param ttl TTL or hop limit on arrival, 0..255; -1 where none is required: the transport has none, or peers
         *     may be behind routers
         * @param packet the bytes behind the IP or UDP header, between position and limit; valid only during the call
         */
        void received(InetAddress source, int ttl, ByteBuffer packet);

        /**
         * A packet with our vhid has arrived that was not meant for us, and was thrown away: its sender is no peer, or
         * its destination is not our group.
         *
         * @param source the source address of the packet
         */
        default void wrongPeer(InetAddress source) {}

        /**
         * What can be done with the link now. Also called when only {@link Port#source()} changed.
         *
         * @param link up, down or unusable
         * @param why for a person. When not up: what is missing and what to do. When up: why others may not be heard in
         *     spite of it, and what to do; empty if nothing is known of that
         */
        void link(Link link, String why);
    }

    /** What can be done with a link. */
    enum Link {
        /** Advertisements can be sent and heard. */
        UP,
        /**
         * Advertisements would go to nobody, since no other node is named. It serves as a link only where no other family
         * of the virtual host names anybody.
         */
        ALONE,
        /** The interface exists, or did, but has no carrier, is administratively down or has no address. */
        DOWN,
        /** It cannot be used at all: the interface has not existed so far, or a privilege is missing. */
        UNUSABLE
    }
}
