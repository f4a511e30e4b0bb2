// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/** The step of the kernel's coarse clock, in which time-outs of the packet filter are counted. */
public final class Jiffy {
    private static final int CLOCK_MONOTONIC_COARSE = 6;
    private static final int TIMESPEC = 16;
    /** That of HZ = 100, the longest there is. */
    private static final long LONGEST = 10_000_000;

    private Jiffy() {}

    /** Nanoseconds: 1 to 10 million. */
    public static long nanos() {
        var step = new Memory(TIMESPEC);
        if (LibC.clock_getres(CLOCK_MONOTONIC_COARSE, step) < 0) {
            return LONGEST;
        }
        return Math.max(1, Math.min(LONGEST, step.bytes().getLong(8)));
    }
}
