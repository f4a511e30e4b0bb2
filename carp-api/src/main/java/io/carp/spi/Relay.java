// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sends advertisements of a master by itself while this process stands still, as for the garbage collector, and sends
 * nothing when it has been stopped or killed. The master puts them off with each advertisement of its own, so that none of
 * them leaves as long as it runs. Loop thread only; nothing is allocated by {@link #putOff} and {@link #left}.
 */
@ConsumerType
public interface Relay {
    /** Why there is none on this machine, and what can be done, for a person; empty if there is one. Asks anew each time. */
    String refusal();

    /** How many advertisements it takes at most; 0 while it has no way to send them. */
    int most();

    /**
     * Takes these advertisements, in place of those before: at no time is there neither.
     *
     * @param packets one behind the other, between position and limit; they are copied
     * @param length bytes of each
     * @param firstNanos when the first one leaves unless it is put off, by {@link Loop#nanoTime()}
     * @param intervalNanos between two of them
     * @return how many of those before have left
     */
    int arm(ByteBuffer packets, int length, long firstNanos, long intervalNanos);

    /** Whether it has advertisements, and they go where those of the port go now. */
    boolean isArmed();

    /**
     * Puts the first advertisement off to that time, and the others with it.
     *
     * @return false if it is too late, or there is none
     */
    boolean putOff(long firstNanos);

    /** How many of the advertisements have left: the number of the last one that did, counted from 1. */
    int left();

    /**
     * Takes back what has not left. When this has returned nothing more does.
     *
     * @return as {@link #left}
     */
    int cancel();
}
