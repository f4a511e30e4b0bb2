// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * Sends whole Ethernet frames (AF_PACKET). Its protocol is 0, so it never receives any. It needs CAP_NET_RAW. For one
 * thread at a time.
 */
public final class PacketSocket implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SOCKADDR_LL = 20;
    private static final int ARPHRD_ETHER = 1;
    private static final int MAC_LENGTH = 6;
    private static final int ETHER_TYPE = 12;
    private static final int LONGEST_FRAME = 1514;

    private final int fd;
    private final Memory frame = new Memory(LONGEST_FRAME);
    private final Memory address = new Memory(SOCKADDR_LL);

    private PacketSocket(int fd) {
        this.fd = fd;
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @throws SystemCallException with EPERM where CAP_NET_RAW is missing
     */
    public static PacketSocket open() throws SystemCallException {
        int fd = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new SystemCallException("packet socket", LibC.errno());
        }
        try {
            return new PacketSocket(fd);
        } catch (Throwable e) { // As when there is no memory for its buffers.
            LibC.close(fd);
            throw e;
        }
    }

    /**
     * Sends one frame, which begins with its destination, its source and its type. It does not wait, since an interface
     * that sends nothing may stay so for ever.
     *
     * @return 0, or the error number (errno) of the failed send: {@link LibC#EAGAIN} if too many frames wait already
     */
    public int send(int ifindex, byte[] bytes) {
        frame.bytes().clear().put(bytes);
        var to = address.bytes().clear();
        to.putShort((short) LibC.AF_PACKET).put(bytes, ETHER_TYPE, 2).putInt(ifindex);
        to.putShort((short) ARPHRD_ETHER).put((byte) 0).put((byte) MAC_LENGTH);
        to.put(bytes, 0, MAC_LENGTH);
        long sent = LibC.sendto(fd, frame, bytes.length, MSG_DONTWAIT, address, SOCKADDR_LL);
        return sent < 0 ? LibC.errno() : 0;
    }

    @Override
    public void close() {
        LibC.close(fd);
    }
}
