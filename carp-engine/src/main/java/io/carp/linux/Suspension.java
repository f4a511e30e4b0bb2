// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * How long the machine has been suspended: the clock that goes on meanwhile is so much ahead of the one that stands still.
 * Whoever sets the wall clock changes neither. One thread; nothing is allocated.
 */
public final class Suspension {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int TIMESPEC = 16;
    private static final long SECOND = 1_000_000_000L;

    private final Memory time = new Memory(TIMESPEC);

    /** Nanoseconds since the machine was booted; an interruption between two looks adds what it took. */
    public long nanos() {
        long standing = read(CLOCK_MONOTONIC);
        return read(CLOCK_BOOTTIME) - standing;
    }

    private long read(int clock) {
        LibC.clock_gettime(clock, time);
        return time.bytes().getLong(0) * SECOND + time.bytes().getLong(8);
    }
}
