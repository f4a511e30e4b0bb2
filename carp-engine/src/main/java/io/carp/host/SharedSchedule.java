// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.AdvertisementSchedule;

/**
 * Lets the masters of a node advertise together. So there is one wake-up for many, here and at the backups, and leases
 * can be renewed in one go. Masters of the same interval meet in sixteen groups, 1/64 s apart, so that no burst is
 * longer than what a backup reads in a row. On the way to its group an interval is shorter by at most a sixteenth, and
 * none is ever longer: to be early costs a packet, to be late might cost the mastership. With intervals below a second
 * each master keeps its own time. Loop thread only.
 */
public final class SharedSchedule {
    private static final long SECOND = 1_000_000_000;
    private static final int GROUPS = 16;
    private static final long APART = SECOND / 64;
    private static final int GENTLY = 16;

    private boolean begun;
    private long beginning;

    /** The schedule of one virtual host. */
    AdvertisementSchedule of(int vhid) {
        long offset = vhid % GROUPS * APART;
        return (now, interval) -> next(now, interval, offset);
    }

    private long next(long now, long interval, long offset) {
        if (interval < SECOND) {
            return now + interval;
        }
        if (!begun) {
            // A master that is alone keeps its own time.
            begun = true;
            beginning = now - offset;
        }
        long behind = Math.floorMod(now + interval - offset - beginning, interval);
        return now + interval - Math.min(behind, interval / GENTLY);
    }
}
