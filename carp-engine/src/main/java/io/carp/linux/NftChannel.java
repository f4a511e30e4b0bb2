// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/** A socket to the packet filter for a thread that must not wait: the sender of every {@link NftGrant}. */
public final class NftChannel implements AutoCloseable {
    private static final int ROOM = 4096;
    private static final int ERROR = 2;
    private static final int TYPE = 4;
    /** How many answers are read: those to one transaction. */
    private static final int MOST = 4;

    private final NetlinkSocket socket;

    private NftChannel(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens it in the network namespace of the calling thread; another thread may then use it. */
    public static NftChannel open() throws SystemCallException {
        return new NftChannel(NetlinkSocket.openNetfilter(LibC.SOCK_NONBLOCK, ROOM));
    }

    /** Returns 0, or the error number. The kernel does what is asked before this returns, and answers only failures. */
    int send(Memory request, int length) {
        try {
            socket.send(request, length, 0, "renew the lease at the packet filter");
            int failure = 0;
            for (int n = 0; n < MOST; n++) {
                int received = socket.receive();
                if (received == NetlinkSocket.NOTHING) {
                    break;
                }
                if (received >= NetlinkMessage.HEADER + Integer.BYTES && failure == 0) {
                    failure = failure(received);
                }
            }
            return failure;
        } catch (SystemCallException e) {
            return e.errno();
        }
    }

    private int failure(int received) {
        var answer = socket.datagram(received);
        return answer.getShort(TYPE) == ERROR ? -answer.getInt(NetlinkMessage.HEADER) : 0;
    }

    @Override
    public void close() {
        socket.close();
    }
}
