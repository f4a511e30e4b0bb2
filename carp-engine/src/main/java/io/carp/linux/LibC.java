// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.Buffer;

/**
 * The C library, direct-mapped: primitives only, so that a call allocates nothing. A result below 0 is a failure whose
 * number {@link #errno()} tells, on the same thread.
 */
public final class LibC {
    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int AF_PACKET = 17;

    public static final int SOCK_STREAM = 1;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ENOBUFS = 105;

    static {
        CLibrary.register();
    }

    private LibC() {}

    public static native int socket(int domain, int type, int protocol);

    public static native int bind(int fd, long address, int length);

    public static native int listen(int fd, int backlog);

    public static native int accept4(int fd, long address, long length, int flags);

    public static native int connect(int fd, long address, int length);

    public static native int getsockname(int fd, long address, long length);

    public static native int setsockopt(int fd, int level, int name, long value, int length);

    public static native int getsockopt(int fd, int level, int name, long value, long length);

    public static native long recvmsg(int fd, long message, int flags);

    public static native long recv(int fd, long buffer, long length, int flags);

    public static native long sendmsg(int fd, long message, int flags);

    public static native long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);

    public static native int poll(long pollfds, long count, int timeoutMillis);

    public static native int timerfd_create(int clock, int flags);

    public static native int timerfd_settime(int fd, int flags, long time, long before);

    public static native int geteuid();

    public static native int clock_gettime(int clock, long time);

    public static native int close(int fd);

    /** What an error number means, in words; allocates. */
    public static native String strerror(int errno);

    /** The error number of the last failed call of this thread. */
    public static int errno() {
        return Native.getLastError();
    }

    /** Where a direct buffer begins. The caller keeps the buffer reachable for as long as it uses the address. */
    public static long address(Buffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }
}
