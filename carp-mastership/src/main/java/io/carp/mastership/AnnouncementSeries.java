// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

/**
 * When a master tells the link that it has the addresses: several times in a row after they were bound and after a
 * worse master was heard, and then from time to time if that is configured.
 */
final class AnnouncementSeries {
    private boolean runs;
    private int left;
    private long next = Decision.NEVER;

    /** Begins a series, whose first announcement is made right now. */
    void begin(MastershipSettings settings, long now) {
        runs = true;
        left = settings.announceCount() - 1;
        arm(settings, now);
    }

    void end() {
        runs = false;
        left = 0;
        next = Decision.NEVER;
    }

    /** Takes an edit. A series that is under way keeps its length. */
    void edited(MastershipSettings settings, long now) {
        arm(settings, now);
    }

    /** Whether another announcement is due. */
    boolean isDue(MastershipSettings settings, long now) {
        if (!Deadlines.isPast(next, now)) {
            return false;
        }
        left = Math.max(0, left - 1);
        arm(settings, now);
        return true;
    }

    boolean runs() {
        return runs;
    }

    long deadline() {
        return next;
    }

    private void arm(MastershipSettings settings, long now) {
        long wait = left > 0 ? settings.announceIntervalNanos() : settings.announceRefreshNanos();
        next = runs && wait > 0 ? now + wait : Decision.NEVER;
    }
}
