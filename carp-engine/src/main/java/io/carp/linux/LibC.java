// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import java.lang.ref.Reference;

/**
 * The C library, direct-mapped: primitives only, so that a call allocates nothing. A result below 0 is a failure;
 * {@link #errno()} tells its number on the same thread.
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

    static final int SOL_SOCKET = 1;
    static final int IPPROTO_IP = 0;
    static final int IP_PKTINFO = 8;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_PKTINFO = 50;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EBADMSG = 74;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    static final int ENOSYS = 38;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ENOBUFS = 105;

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    static {
        CLibrary.register();
    }

    private LibC() {}

    public static native int socket(int domain, int type, int protocol);

    public static native int listen(int fd, int backlog);

    public static native int timerfd_create(int clock, int flags);

    public static native int geteuid();

    public static native int close(int fd);

    // Calls that need an address take a Memory, which stays reachable until the call has returned. The address alone
    // would not keep the collector from freeing the memory.

    static int bind(int fd, Memory address, int length) {
        try {
            return bind(fd, address.address(), length);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    static int accept4(int fd, int flags) {
        return accept4(fd, 0, 0, flags);
    }

    static int connect(int fd, Memory address, int length) {
        try {
            return connect(fd, address.address(), length);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /** @param lengthAt where in the same memory the length of the room is, and that of the address afterwards */
    static int getsockname(int fd, Memory address, int lengthAt) {
        try {
            return getsockname(fd, address.address(), address.address() + lengthAt);
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    static int setsockopt(int fd, int level, int name, Memory value, int length) {
        try {
            return setsockopt(fd, level, name, value.address(), length);
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** @param lengthAt where in the same memory the length of the room is, and that of the value afterwards */
    static int getsockopt(int fd, int level, int name, Memory value, int lengthAt) {
        try {
            return getsockopt(fd, level, name, value.address(), value.address() + lengthAt);
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** @param message a struct msghdr; everything it points to is in the same memory */
    static long recvmsg(int fd, Memory message, int flags) {
        try {
            return recvmsg(fd, message.address(), flags);
        } finally {
            Reference.reachabilityFence(message);
        }
    }

    static long recv(int fd, Memory into, int flags) {
        try {
            return recv(fd, into.address(), into.length(), flags);
        } finally {
            Reference.reachabilityFence(into);
        }
    }

    /**
     * @param lengthAt where in the memory of the sender the length of its room is, and that of its address afterwards
     */
    static long recvfrom(int fd, Memory into, int flags, Memory sender, int lengthAt) {
        try {
            return recvfrom(fd, into.address(), into.length(), flags, sender.address(), sender.address() + lengthAt);
        } finally {
            Reference.reachabilityFence(into);
            Reference.reachabilityFence(sender);
        }
    }

    /**
     * @param message a struct msghdr; everything it points to is in the same memory or in {@code other}
     * @param other kept reachable, too
     */
    static long sendmsg(int fd, Memory message, Memory other, int flags) {
        try {
            return sendmsg(fd, message.address(), flags);
        } finally {
            Reference.reachabilityFence(message);
            Reference.reachabilityFence(other);
        }
    }

    /** Sends to the peer that the socket is connected to, or to the one it means without an address. */
    static long send(int fd, Memory from, int length, int flags) {
        try {
            return sendto(fd, from.address(), length, flags, 0, 0);
        } finally {
            Reference.reachabilityFence(from);
        }
    }

    static long sendto(int fd, Memory from, int length, int flags, Memory address, int addressLength) {
        try {
            return sendto(fd, from.address(), length, flags, address.address(), addressLength);
        } finally {
            Reference.reachabilityFence(from);
            Reference.reachabilityFence(address);
        }
    }

    /** @param pollfd one struct pollfd */
    static int poll(Memory pollfd, int timeoutMillis) {
        try {
            return poll(pollfd.address(), 1, timeoutMillis);
        } finally {
            Reference.reachabilityFence(pollfd);
        }
    }

    static int timerfd_settime(int fd, int flags, Memory time) {
        try {
            return timerfd_settime(fd, flags, time.address(), 0);
        } finally {
            Reference.reachabilityFence(time);
        }
    }

    static int clock_gettime(int clock, Memory time) {
        try {
            return clock_gettime(clock, time.address());
        } finally {
            Reference.reachabilityFence(time);
        }
    }

    static int clock_getres(int clock, Memory resolution) {
        try {
            return clock_getres(clock, resolution.address());
        } finally {
            Reference.reachabilityFence(resolution);
        }
    }

    /** A system call by its number, which is another one on each kind of processor. */
    static long syscall(int number, long first, Memory second) {
        try {
            return syscall(number, first, second.address(), 0);
        } finally {
            Reference.reachabilityFence(second);
        }
    }

    static long syscall(int number, long first, long second, Memory third) {
        try {
            return syscall(number, first, second, third.address());
        } finally {
            Reference.reachabilityFence(third);
        }
    }

    /** The system call of that number, with numbers alone. */
    static long syscall(int number, int first, int second, int third, int fourth) {
        return syscall(number, first, second, third, fourth, 0, 0);
    }

    /** Maps what the descriptor has at the offset, to be read and written and shared with the kernel; -1 if it fails. */
    static long mapShared(int fd, int length, long offset) {
        return mmap(0, length, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset);
    }

    /** @param mapped by {@link #mapShared}; nobody uses it any more */
    static void unmap(long mapped, int length) {
        munmap(mapped, length);
    }

    private static native long syscall(long number, long first, long second, long third);

    private static native long syscall(
            long number, long first, long second, long third, long fourth, long fifth, long sixth);

    private static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

    private static native int munmap(long address, long length);

    private static native int bind(int fd, long address, int length);

    private static native int accept4(int fd, long address, long length, int flags);

    private static native int connect(int fd, long address, int length);

    private static native int getsockname(int fd, long address, long length);

    private static native int setsockopt(int fd, int level, int name, long value, int length);

    private static native int getsockopt(int fd, int level, int name, long value, long length);

    private static native long recvmsg(int fd, long message, int flags);

    private static native long recv(int fd, long buffer, long length, int flags);

    private static native long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength);

    private static native long sendmsg(int fd, long message, int flags);

    private static native long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);

    private static native int poll(long pollfds, long count, int timeoutMillis);

    private static native int timerfd_settime(int fd, int flags, long time, long before);

    private static native int clock_gettime(int clock, long time);

    private static native int clock_getres(int clock, long resolution);

    /** What an error number means, in words; allocates. */
    public static native String strerror(int errno);

    /** The error number of the last failed call of this thread. */
    public static int errno() {
        return Native.getLastError();
    }
}
