// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * The time of a group by the counters of its advertisements, a hybrid logical clock. It goes on with the monotonic
 * clock, and jumps ahead to any later time that is heard. So the counters of a group grow even over restarts, whatever
 * the wall clocks of its nodes show. An advertisement whose counter is behind is an old one that somebody sends again.
 */
final class GroupTime {
    /** How far behind the others an advertisement may be, because it may have been under way for that long. */
    private static final long LEAST_PATIENCE_MILLIS = 3000;

    private static final long MILLION = 1_000_000;

    /** What we send at the time 0 of our inputs. */
    private long atZero;

    /** The latest time that any node said, this one included. */
    private long latest = Long.MIN_VALUE;

    /** What that node would have said at the time 0 of our inputs. */
    private long saidAtZero = Long.MIN_VALUE;

    private long lastSent;

    /** @param atZero milliseconds since 1970 at the time 0 of the inputs */
    GroupTime(long atZero) {
        this.atZero = atZero;
    }

    /** The counter of our next advertisement, greater than all before. */
    long next(long now) {
        lastSent = Math.max(lastSent + 1, atZero + millis(now));
        said(lastSent, now);
        return TimedCounter.of(lastSent);
    }

    /** Takes note of an accepted advertisement. From now on we are not behind its sender. */
    void heard(long counter, long now) {
        if (TimedCounter.isOurs(counter)) {
            said(TimedCounter.millis(counter), now);
            atZero = Math.max(atZero, saidAtZero);
        }
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, MILLION);
    }

    /**
     * Counts on from what was said last, by our clock. Who speaks has a clock that goes a little faster or slower, so what
     * was said long ago says less and less: with it a backup would refuse, after some hours, a master whose clock is slow.
     */
    private void said(long millis, long now) {
        if (millis > latest) {
            latest = millis;
            saidAtZero = millis - millis(now);
        }
    }

    /** Whether an advertisement with that counter cannot be a new one. One of the BSDs or of ucarp always may be. */
    boolean isReplayed(long counter, long newestOfItsSender, long patienceNanos, long now) {
        if (!TimedCounter.isOurs(counter)) {
            return false;
        }
        long millis = TimedCounter.millis(counter);
        long patience = Math.max(LEAST_PATIENCE_MILLIS, millis(patienceNanos));
        return millis <= newestOfItsSender
                || (saidAtZero != Long.MIN_VALUE && millis < saidAtZero + millis(now) - patience);
    }
}
