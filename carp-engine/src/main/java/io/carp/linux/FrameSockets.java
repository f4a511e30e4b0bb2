// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import io.carp.linux.Destination.Way;

/**
 * The AF_PACKET sockets for frames that we write in part or as a whole. Each is opened when it is first needed. For one
 * thread.
 */
final class FrameSockets implements AutoCloseable {
    private static final int NONE = -1;
    private static final int SOCK_DGRAM = 2;

    private int link = NONE;
    private int frame = NONE;

    /**
     * Opens the socket for this way, if it is not open yet.
     *
     * @throws SystemCallException what the kernel says
     */
    void open(Way way) throws SystemCallException {
        if (way == Way.LINK && link == NONE) {
            link = socket(SOCK_DGRAM);
        } else if (way == Way.FRAME && frame == NONE) {
            frame = socket(LibC.SOCK_RAW);
        }
    }

    /** With protocol 0 the socket can send, and hears nothing. */
    private static int socket(int type) throws SystemCallException {
        int fd = LibC.socket(LibC.AF_PACKET, type | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new SystemCallException("socket AF_PACKET", LibC.errno());
        }
        return fd;
    }

    int fd(Way way) {
        return way == Way.LINK ? link : frame;
    }

    @Override
    public void close() {
        if (link != NONE) {
            LibC.close(link);
            link = NONE;
        }
        if (frame != NONE) {
            LibC.close(frame);
            frame = NONE;
        }
    }
}
