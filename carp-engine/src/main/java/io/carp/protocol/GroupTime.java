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

    /** The rates of two clocks differ by less than one part in so many. */
    private static final long CLOCKS_AGREE = 50;

    private static final long MILLION = 1_000_000;

    /** What we send at the time 0 of our inputs. */
    private long atZero;

    /** The same for the latest time that any node said, this one included, and when that was said. */
    private long saidAtZero = Long.MIN_VALUE;

    private long saidWhen;

    private long lastSent;

    /** @param atZero milliseconds since 1970 at the time 0 of the inputs */
    GroupTime(long atZero) {
        this.atZero = atZero;
    }

    /** The counter of our next advertisement, greater than all before. */
    long next(long now) {
        sent(ahead(now), now);
        return TimedCounter.of(lastSent);
    }

    /** What the counter of an advertisement that leaves at that time shows, in milliseconds. */
    long ahead(long then) {
        return Math.max(lastSent + 1, atZero + millis(then));
    }

    /** An advertisement that shows this time has left. */
    void sent(long millis, long now) {
        lastSent = Math.max(lastSent, millis);
        said(millis, now);
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

    private void said(long millis, long now) {
        long atZero = millis - millis(now);
        if (saidAtZero == Long.MIN_VALUE || atZero > newest(now)) {
            saidAtZero = atZero;
            saidWhen = now;
        }
    }

    /**
     * What the latest that was said is worth now. Clocks run apart, so it counts on a little more slowly than ours goes.
     * Otherwise a backup would refuse, after some hours, a master whose clock is slow.
     */
    private long newest(long now) {
        return saidAtZero - millis(now - saidWhen) / CLOCKS_AGREE;
    }

    /** Whether an advertisement with that counter cannot be a new one. One of the BSDs or of ucarp always may be. */
    boolean isReplayed(long counter, long newestOfItsSender, long patienceNanos, long now) {
        if (!TimedCounter.isOurs(counter)) {
            return false;
        }
        long millis = TimedCounter.millis(counter);
        long patience = Math.max(LEAST_PATIENCE_MILLIS, millis(patienceNanos));
        return millis <= newestOfItsSender
                || (saidAtZero != Long.MIN_VALUE && millis < newest(now) + millis(now) - patience);
    }
}
