// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

/** How long to wait before the next try: a while, then twice as long as the last time, until there was a quiet while. */
final class GrowingPause {
    private final long first;
    private final long longest;
    private final long quiet;
    private long pause;
    private long end;

    /**
     * Times are in nanoseconds.
     *
     * @param first how long the first one is; each is twice the one before
     * @param longest it grows no more
     * @param quiet without a failure for so long after a pause it begins anew
     */
    GrowingPause(long first, long longest, long quiet) {
        this.first = first;
        this.longest = longest;
        this.quiet = quiet;
    }

    /** For a try that failed now. What fails together, before the pause is over, makes it no longer. */
    long next(long now) {
        if (pause == 0 || now - end > quiet) {
            pause = first;
        } else if (now - end >= 0) {
            pause = Math.min(longest, 2 * pause);
        }
        end = now + pause;
        return pause;
    }
}
