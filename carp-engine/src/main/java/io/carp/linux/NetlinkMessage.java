// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a datagram: {@code struct nlmsghdr} and what is behind it. No length in it is trusted, so nothing here
 * throws, whatever the bytes are.
 *
 * @param type NLMSG_* or RTM_*
 * @param flags NLM_F_*
 * @param sequence the number of the request that it belongs to
 * @param portId the number of the socket whose request has caused it; 0 if there was none
 * @param payload the bytes from position to limit; valid for as long as the datagram is
 */
record NetlinkMessage(int type, int flags, int sequence, int portId, ByteBuffer payload) {
    static final int HEADER = 16;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;

    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int NLM_F_DUMP_INTR = 0x10;
    /** struct nlmsghdr: length, type, flags, sequence, port id */
    private static final int TYPE = 4;

    private static final int FLAGS = 6;
    private static final int SEQUENCE = 8;
    private static final int PORT_ID = 12;

    /**
     * What a datagram holds.
     *
     * @param whole whether that is all of it; if not, the rest makes no sense
     */
    record Datagram(List<NetlinkMessage> messages, boolean whole) {}

    /** Takes apart what lies between the beginning and the limit, in the byte order of the buffer. */
    static Datagram read(ByteBuffer in) {
        var messages = new ArrayList<NetlinkMessage>();
        int at = 0;
        while (at + HEADER <= in.limit()) {
            long length = Integer.toUnsignedLong(in.getInt(at));
            if (length < HEADER || length > in.limit() - at) {
                return new Datagram(messages, false);
            }
            var payload = in.slice(at + HEADER, (int) length - HEADER).order(in.order());
            messages.add(new NetlinkMessage(
                    Short.toUnsignedInt(in.getShort(at + TYPE)),
                    Short.toUnsignedInt(in.getShort(at + FLAGS)),
                    in.getInt(at + SEQUENCE),
                    in.getInt(at + PORT_ID),
                    payload));
            at += ((int) length + 3) & ~3;
        }
        return new Datagram(messages, at >= in.limit());
    }

    /** Whether this is the last word about the request. */
    boolean isEnd() {
        return type == NLMSG_ERROR || type == NLMSG_DONE;
    }

    /** The error number with which the request ended; 0 if it ended well. */
    int error() {
        if (!isEnd()) {
            return 0;
        }
        if (payload.remaining() < Integer.BYTES) {
            return type == NLMSG_ERROR ? LibC.EBADMSG : 0;
        }
        int result = payload.getInt(payload.position());
        // In some kernels the end of a list tells how long the list was.
        return type == NLMSG_ERROR || result < 0 ? -result : 0;
    }

    /** Whether something changed while the kernel told it, so that what was told does not fit together. */
    boolean isInterrupted() {
        return (flags & NLM_F_DUMP_INTR) != 0;
    }

    /** Whether it tells that something is gone: RTM_DELADDR, RTM_DELLINK. */
    boolean isDeletion() {
        return type == RTM_DELADDR || type == RTM_DELLINK;
    }

    /** What it says of an address; null if it is about something else, or unreadable. */
    @Nullable
    AddressMessage address() {
        return type == RTM_NEWADDR || type == RTM_DELADDR ? AddressMessage.decode(payload) : null;
    }

    /** What it says of an interface; null if it is about something else, or unreadable. */
    @Nullable
    LinkMessage link() {
        return type == RTM_NEWLINK || type == RTM_DELLINK ? LinkMessage.decode(payload) : null;
    }
}
