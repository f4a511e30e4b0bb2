// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * Tells what the kernel says about network interfaces and their addresses: everything once, then each change. It needs
 * no privilege and never blocks. For one thread.
 */
public final class LinkEvents implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    /** How many notices are read in a row, since a storm of them must not keep the loop from the advertisements. */
    private static final int BURST = 16;
    /** How often in a row everything is asked for again, if it changed while it was told. */
    private static final int DUMP_ATTEMPTS = 5;

    private static final String PURPOSE = "list the network interfaces and their addresses";

    private final RouteNotices notices;
    private final Listener listener;
    private final Reader reader = new Reader();
    private final Memory request = new Memory(NetlinkMessage.HEADER + LinkMessage.HEADER);
    private boolean dumping;
    private boolean dumpAgain;
    private int inVain;

    /** Called by {@link #read}. */
    public interface Listener {
        /** From here to {@link #complete} everything is told once more; what is not told again is gone. */
        void begin();

        /** RTM_NEWLINK: an interface is like this; or RTM_DELLINK: it is gone, and its addresses with it. */
        void link(LinkMessage link, boolean deleted);

        /** RTM_NEWADDR: an interface has an address; or RTM_DELADDR: it no longer has it. */
        void address(AddressMessage address, boolean deleted);

        /** Everything has been told. */
        void complete();
    }

    private LinkEvents(RouteNotices notices, Listener listener) {
        this.notices = notices;
        this.listener = listener;
    }

    /**
     * Subscribes, and asks for everything there is.
     *
     * @throws SystemCallException what the kernel says
     */
    public static LinkEvents open(Listener listener) throws SystemCallException {
        var notices = RouteNotices.open();
        try {
            var events = new LinkEvents(notices, listener);
            events.dump();
            return events;
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

    private void dump() throws SystemCallException {
        dumping = true;
        dumpAgain = false;
        listener.begin();
        request(NetlinkMessage.RTM_GETLINK);
    }

    private void request(int type) throws SystemCallException {
        var out = request.bytes().clear();
        out.putInt(request.length()).putShort((short) type);
        out.putShort((short) (NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_DUMP));
        // The answer brings the type back as its sequence number, which tells which of the two dumps is done.
        out.putInt(type);
        notices.socket().send(request, request.length(), MSG_DONTWAIT, PURPOSE);
    }

    /**
     * Tells the listener what has happened since.
     *
     * @throws SystemCallException if the subscription is broken. Close it and open another; do the same after an
     *     exception of the listener, since what else it was to be told is lost
     */
    public void read() throws SystemCallException {
        notices.read(BURST, reader);
    }

    private void end(NetlinkMessage message) throws SystemCallException {
        if (message.error() != 0) {
            throw new SystemCallException(PURPOSE, message.error());
        }
        if (message.sequence() == NetlinkMessage.RTM_GETLINK) {
            request(NetlinkMessage.RTM_GETADDR);
        } else if (message.sequence() == NetlinkMessage.RTM_GETADDR) {
            dumping = false;
            if (!dumpAgain) {
                inVain = 0;
                listener.complete();
            } else if (++inVain < DUMP_ATTEMPTS) {
                dump();
            } else {
                throw new SystemCallException(PURPOSE + ", which other programs change all the time", LibC.EAGAIN);
            }
        }
    }

    private final class Reader implements RouteNotices.Listener {
        @Override
        public void message(NetlinkMessage message) throws SystemCallException {
            dumpAgain |= dumping && message.isInterrupted();
            if (message.isEnd()) {
                end(message);
                return;
            }
            var link = message.link();
            if (link != null) {
                listener.link(link, message.isDeletion());
            }
            var address = message.address();
            if (address != null) {
                listener.address(address, message.isDeletion());
            }
        }

        @Override
        public void lost() throws SystemCallException {
            if (dumping) {
                dumpAgain = true; // A socket can have only one dump under way.
            } else {
                dump();
            }
        }
    }

    @Override
    public void close() {
        notices.close();
    }
}
