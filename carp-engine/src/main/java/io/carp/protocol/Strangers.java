// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Senders that advertise our vhid with a digest that is not ours, too often for stray packets. Nothing that anybody
 * sends makes this grow. Times are monotonic nanoseconds.
 */
public final class Strangers {
    /** How many refused advertisements in a row make a stranger. */
    private static final int ENOUGH = 3;

    /** For how many senders at a time we count the refusals. */
    private static final int MOST = 8;

    private static final long LEAST_MEMORY_NANOS = 10_000_000_000L;
    private static final int INTERVALS = 4;

    private final @Nullable InetAddress[] senders = new InetAddress[MOST];
    private final int[] inARow = new int[MOST];
    private final long[] lastAt = new long[MOST];
    private boolean any;

    /** Takes note that an advertisement with another digest came from there. */
    public void refused(InetAddress source, long intervalNanos, long now) {
        any = true;
        int place = place(source);
        if (place < 0) {
            place = free(intervalNanos, now);
            if (place < 0) {
                return;
            }
            senders[place] = source;
            inARow[place] = 0;
        } else if (isForgotten(place, intervalNanos, now)) {
            inARow[place] = 0;
        }
        inARow[place] = Math.min(inARow[place] + 1, ENOUGH);
        lastAt[place] = now;
    }

    /**
     * Takes note that a right one came from there. A sender that is a stranger already stays one until it has been
     * quiet, since somebody may be forging its address.
     */
    public void accepted(InetAddress source) {
        int place = any ? place(source) : -1;
        if (place >= 0 && inARow[place] < ENOUGH) {
            senders[place] = null;
        }
    }

    /** A sender that still goes on; null if there is none. The answer stays the same one for as long as it goes on. */
    public @Nullable InetAddress present(long intervalNanos, long now) {
        for (int i = 0; any && i < MOST; i++) {
            if (isStranger(i, intervalNanos, now)) {
                return senders[i];
            }
        }
        return null;
    }

    private int place(InetAddress source) {
        for (int i = 0; i < MOST; i++) {
            if (source.equals(senders[i])) {
                return i;
            }
        }
        return -1;
    }

    /**
     * An empty place, or that of the sender that was silent for longest and is no stranger; -1 if all are strangers.
     */
    private int free(long intervalNanos, long now) {
        int free = -1;
        for (int i = 0; i < MOST; i++) {
            if (senders[i] == null) {
                return i;
            }
            if (!isStranger(i, intervalNanos, now) && (free < 0 || lastAt[i] - lastAt[free] < 0)) {
                free = i;
            }
        }
        return free;
    }

    private boolean isStranger(int place, long intervalNanos, long now) {
        return senders[place] != null && inARow[place] == ENOUGH && !isForgotten(place, intervalNanos, now);
    }

    private boolean isForgotten(int place, long intervalNanos, long now) {
        return now - lastAt[place] > Math.max(LEAST_MEMORY_NANOS, INTERVALS * intervalNanos);
    }
}
