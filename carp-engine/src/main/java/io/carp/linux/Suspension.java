// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * How long the machine has been suspended: the difference between the clock that goes on meanwhile and the one that
 * stands still. Setting the wall clock changes neither. For one thread; nothing is allocated.
 */
public final class Suspension {
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int TIMESPEC = 16;
    private static final long SECOND = 1_000_000_000L;

    private final Memory time = new Memory(TIMESPEC);

    /**
     * Nanoseconds of suspension since the machine was booted. If the thread is interrupted between the two looks, the
     * time of that is added.
     */
    public long nanos() {
        long standing = read(CLOCK_MONOTONIC);
        return read(CLOCK_BOOTTIME) - standing;
    }

    private long read(int clock) {
        LibC.clock_gettime(clock, time);
        return time.bytes().getLong(0) * SECOND + time.bytes().getLong(8);
    }
}
