// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;

/**
 * An alarm of the kernel (timerfd): from the time that was set its file descriptor has something to read, until another
 * time is set. It goes by the clock of {@link System#nanoTime}, and is exact where {@code epoll_wait} alone knows
 * milliseconds. Setting it allocates nothing. For one thread.
 */
public final class TimerDescriptor implements AutoCloseable {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int TFD_NONBLOCK = 0x800;
    private static final int TFD_CLOEXEC = 0x80000;
    private static final int TFD_TIMER_ABSTIME = 1;

    private static final long SECOND = 1_000_000_000;
    // struct itimerspec: interval (seconds, nanoseconds), first time (seconds, nanoseconds); 64-bit Linux
    private static final int VALUE = 16;
    private static final int LENGTH = 32;

    private final int fd;
    private final Memory time = new Memory(LENGTH);
    private boolean closed;

    private TimerDescriptor(int fd) {
        this.fd = fd;
    }

    /**
     * Opens an alarm, which is off.
     *
     * @throws SystemCallException if the kernel refuses
     * @throws UnsupportedOperationException where its time and that of {@link System#nanoTime} are not the same
     */
    public static TimerDescriptor open() throws SystemCallException {
        if (Native.POINTER_SIZE != 8) {
            throw new UnsupportedOperationException("timers of the kernel need a 64-bit Linux");
        }
        checkClock();
        int fd = LibC.timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
        if (fd < 0) {
            throw new SystemCallException("timerfd_create", LibC.errno());
        }
        try {
            return new TimerDescriptor(fd);
        } catch (Throwable e) { // As when there is no memory for its buffer.
            LibC.close(fd);
            throw e;
        }
    }

    // Java does not say which monotonic clock it uses. On Linux it is this one, but the clock of another JVM might
    // begin elsewhere.
    private static void checkClock() throws SystemCallException {
        var now = new Memory(16);
        long before = System.nanoTime();
        if (LibC.clock_gettime(CLOCK_MONOTONIC, now) < 0) {
            throw new SystemCallException("clock_gettime", LibC.errno());
        }
        long kernel = now.bytes().getLong(0) * SECOND + now.bytes().getLong(8);
        if (kernel - before < 0 || System.nanoTime() - kernel < 0) {
            throw new UnsupportedOperationException("System.nanoTime is not the monotonic clock of the kernel");
        }
    }

    public int fd() {
        return fd;
    }

    /**
     * Sets the time, in place of the one before. A time in the past makes the descriptor readable at once. Does nothing
     * once closed.
     */
    public void set(long nanoTime) {
        // 0 would turn it off, and the kernel knows no time before it started.
        long at = Math.max(1, nanoTime);
        write(at / SECOND, at % SECOND);
    }

    /** Turns the alarm off until it is set again. */
    public void off() {
        write(0, 0);
    }

    private void write(long seconds, long nanos) {
        if (!closed) {
            time.bytes().putLong(VALUE, seconds).putLong(VALUE + 8, nanos);
            int result = LibC.timerfd_settime(fd, TFD_TIMER_ABSTIME, time);
            assert result == 0 : LibC.errno();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.close(fd);
        }
    }
}
