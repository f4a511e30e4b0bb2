// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * The kernel's notices of every change of interfaces and addresses. It needs no privilege and never waits. For one
 * thread.
 */
final class RouteNotices implements AutoCloseable {
    private static final int RTMGRP_LINK = 0x1;
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int RTMGRP_IPV6_IFADDR = 0x100;
    private static final int RECEIVE_BUFFER = 1 << 20;

    /** Called by {@link #read}. */
    interface Listener {
        void message(NetlinkMessage message) throws SystemCallException;

        /**
         * Notices came faster than they were read, or made no sense. Only a look at everything tells the truth then.
         */
        void lost() throws SystemCallException;
    }

    private final NetlinkSocket socket;

    private RouteNotices(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Subscribes, in the network namespace of the calling thread. */
    static RouteNotices open() throws SystemCallException {
        var socket = NetlinkSocket.open(LibC.SOCK_NONBLOCK, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
        try {
            socket.room(RECEIVE_BUFFER);
            return new RouteNotices(socket);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /** The socket, for requests whose answers come with the notices. */
    NetlinkSocket socket() {
        return socket;
    }

    int fd() {
        return socket.fd();
    }

    /**
     * Keeps quiet from now on when addresses with this mark (IFA_PROTO) are added or renewed; only their end is still
     * told.
     */
    void ignoreAdded(int mark) {
        OwnAddressFilter.attach(socket.fd(), mark);
    }

    /**
     * Tells what has arrived. What a listener throws ends this call; the next one goes on with the next datagram.
     *
     * @param most how many datagrams are read at most, so that in a storm of changes the caller can do its other work
     * @return whether anything had arrived
     * @throws SystemCallException if the subscription is broken: close it and open another
     */
    boolean read(int most, Listener listener) throws SystemCallException {
        for (int n = 0; n < most; n++) {
            int length = socket.receive();
            if (length == NetlinkSocket.NOTHING) {
                return n > 0;
            }
            if (length == NetlinkSocket.LOST) {
                listener.lost();
            } else if (length != NetlinkSocket.IGNORED) {
                tell(NetlinkMessage.read(socket.datagram(length)), listener);
            }
        }
        return true;
    }

    static void tell(NetlinkMessage.Datagram datagram, Listener listener) throws SystemCallException {
        for (var message : datagram.messages()) {
            listener.message(message);
        }
        if (!datagram.whole()) {
            listener.lost();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
