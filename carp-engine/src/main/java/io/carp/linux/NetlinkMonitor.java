// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * A socket on which the kernel tells every change of addresses and interfaces. It needs no privilege. For one thread.
 */
public final class NetlinkMonitor implements AutoCloseable {
    /** What changed. */
    public interface Listener {
        /**
         * RTM_NEWADDR or RTM_DELADDR.
         *
         * @param requester the number of the socket that asked for it, for {@link Requester}; always 0 for IPv6
         */
        void address(AddressMessage address, boolean deleted, int requester);

        /** RTM_NEWLINK or RTM_DELLINK. */
        void link(LinkMessage link, boolean deleted);

        /**
         * Changes came faster than they were read, or made no sense. Some are lost, so the listener has to look at
         * everything again.
         */
        void overrun();
    }

    private static final short POLLIN = 1;
    /** How many notices are read in a row. */
    private static final int BURST = 1024;

    private final RouteNotices notices;
    private final int ignoredPortId;
    private final Memory pollfd = new Memory(8);

    private NetlinkMonitor(RouteNotices notices, int ignoredPortId) {
        this.notices = notices;
        this.ignoredPortId = ignoredPortId;
        pollfd.bytes().putInt(notices.fd()).putShort(POLLIN);
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param ignoredPortId the socket whose changes are not told. The kernel names the sender for IPv4 addresses only,
     *     so what that socket did to IPv6 addresses is told all the same
     */
    public static NetlinkMonitor open(int ignoredPortId) throws SystemCallException {
        var notices = RouteNotices.open();
        try {
            return new NetlinkMonitor(notices, ignoredPortId);
        } catch (Throwable e) {
            notices.close();
            throw e;
        }
    }

    /**
     * Keeps quiet from now on when addresses with this mark (IFA_PROTO) are added or renewed; only their end is still
     * told.
     */
    public void ignoreAdded(int mark) {
        notices.ignoreAdded(mark);
    }

    /** What to watch for reading. */
    public int fd() {
        return notices.fd();
    }

    /**
     * Waits until there is something to read, but not longer than that. Returns whether there is.
     *
     * @throws SystemCallException if it is not possible to wait
     */
    public boolean await(int timeoutMillis) throws SystemCallException {
        pollfd.bytes().putShort(6, (short) 0);
        int ready = LibC.poll(pollfd, timeoutMillis);
        if (ready < 0 && LibC.errno() != LibC.EINTR) {
            throw new SystemCallException("poll AF_NETLINK", LibC.errno());
        }
        return ready > 0;
    }

    /**
     * Tells what has arrived, and does not wait. A storm of changes is told in parts, so that the caller can do its
     * other work in between.
     *
     * @return whether anything had arrived
     * @throws SystemCallException if it is broken; close it and open another
     */
    public boolean read(Listener listener) throws SystemCallException {
        return notices.read(BURST, new RouteNotices.Listener() {
            @Override
            public void message(NetlinkMessage message) {
                if (message.portId() != ignoredPortId) {
                    tell(message, listener);
                }
            }

            @Override
            public void lost() {
                listener.overrun();
            }
        });
    }

    private static void tell(NetlinkMessage message, Listener listener) {
        var address = message.address();
        if (address != null) {
            listener.address(address, message.isDeletion(), message.portId());
        }
        var link = message.link();
        if (link != null) {
            listener.link(link, message.isDeletion());
        }
    }

    @Override
    public void close() {
        notices.close();
    }
}
