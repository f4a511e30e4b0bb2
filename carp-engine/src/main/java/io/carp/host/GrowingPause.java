// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

/** How long to wait before the next try: each time twice as long as before, until there was a quiet while. */
final class GrowingPause {
    private final long first;
    private final long longest;
    private final long quiet;
    private long pause;
    private long end;

    /**
     * Times are in nanoseconds.
     *
     * @param first the first pause; each is twice the one before
     * @param longest the longest pause
     * @param quiet how long there must be no failure after a pause, so that the next pause is the first again
     */
    GrowingPause(long first, long longest, long quiet) {
        this.first = first;
        this.longest = longest;
        this.quiet = quiet;
    }

    /** The pause after a try that failed now. Failures before the pause is over do not make it longer. */
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
