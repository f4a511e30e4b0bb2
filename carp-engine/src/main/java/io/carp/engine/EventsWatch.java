// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.report.LogAndEvents;
import io.carp.thread.Whereabouts;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Notices when {@code carp-events} does not get on: then nothing is logged, and nobody is told of any event, so that
 * {@code carp:status} has to say it. It also sees to it that there is a thread while something waits for it. For one
 * thread, {@code carp-watch}.
 */
final class EventsWatch {
    static final String CODE = "events";
    /** A log that rolls over a large file, or an EventAdmin that is busy, may take a while. */
    static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Several looks: whoever did not look for so long was frozen, and so were the others. */
    private static final long HELD_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);

    private final EventsThread events;
    private final NodeFindings findings;
    private final LogAndEvents notices;
    private long lookedAt;
    private long stillSince;
    private long done = -1;
    private boolean late;

    EventsWatch(EventsThread events, NodeFindings findings, LogAndEvents notices) {
        this.events = events;
        this.findings = findings;
        this.notices = notices;
    }

    /** @param now monotonic nanoseconds */
    void look(long now) {
        events.require();
        boolean heldUp = now - lookedAt > HELD_UP_NANOS;
        lookedAt = now;
        int waiting = events.waiting();
        boolean moved = events.done() != done;
        if (moved || waiting == 0 || heldUp) {
            done = events.done();
            stillSince = now;
        }
        if (late && (moved || waiting == 0)) {
            late = false;
            findings.settled(CODE);
            notices.warn("carp: the thread carp-events goes on");
        } else if (now - stillSince > LATE_NANOS) {
            late = true;
            findings.present(CODE, sentence(now - stillSince, waiting));
        }
    }

    private String sentence(long since, int waiting) {
        String trouble = events.trouble();
        String at = Whereabouts.of(events.stack(), LogAndEvents.class.getPackageName());
        String where = trouble.isEmpty()
                ? "it is " + (at.isEmpty() ? "nowhere" : at)
                : "it cannot be started, and is tried again twice a second: " + trouble;
        return String.format(
                Locale.ROOT,
                "the thread carp-events, which writes the log lines of this node and posts its events, has not got on for"
                        + " %.0f s, and %d wait for it; %s",
                since / 1e9,
                waiting,
                where);
    }

    /** Nothing is watched any more. */
    void close() {
        findings.settled(CODE);
    }
}
