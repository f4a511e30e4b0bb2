// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.config.EngineConfig;
import io.carp.linux.RealTime;
import io.carp.report.LogAndEvents;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * The real-time priority of the loop, as the settings have it. An ordinary thread waits for a busy processor, and so would
 * the advertisements, until peers take over. The thread that renews the leases follows it: a master that cannot keep its
 * addresses does not advertise.
 */
final class LoopPriority {
    private static final String CODE = "realtime";
    private static final String KEY = "etc/carp.engine.cfg: realtimePriority = ";

    private final Loop loop;
    private final NodeFindings findings;
    private final LogAndEvents notices;
    /** What is found is said in the order of the edits, and not on the loop. */
    private final Lane lane;

    /** What was said last. Written in the lane only. */
    private String said = "";

    LoopPriority(Loop loop, Executor workers, NodeFindings findings, LogAndEvents notices) {
        this.loop = loop;
        this.findings = findings;
        this.notices = notices;
        this.lane = new Lane(loop, workers, notices::warn);
    }

    /** It has taken effect when what the loop is given after this has its turn. Any thread. */
    void configure(EngineConfig config) {
        int wanted = config.realtimePriority();
        loop.execute(() -> set(wanted, wanted > 0 && config.isPriorityWritten()));
    }

    private void set(int wanted, boolean isAsked) {
        int now = 0;
        try {
            now = RealTime.priority();
            if (wanted == 0 || isAsked || !RealTime.isInherited()) {
                RealTime.lead(wanted);
            }
            now = RealTime.priority();
            int inForce = now;
            lane.execute(() -> inForce(inForce));
        } catch (IOException | UnsupportedOperationException | LinkageError e) {
            int inForce = now;
            lane.execute(() -> refused(wanted, isAsked, inForce, e));
        }
    }

    private void inForce(int priority) {
        findings.settled(CODE);
        String sentence = "carp: carp-loop has " + inWords(priority);
        if (!sentence.equals(said)) {
            said = sentence;
            notices.info(sentence);
        }
    }

    private void refused(int wanted, boolean isAsked, int inForce, Throwable why) {
        String sentence = KEY + wanted + ": the system refuses it, and carp-loop goes on with " + inWords(inForce)
                + ": " + RealTime.refusal(wanted, why);
        if (!isAsked) {
            findings.settled(CODE);
            notices.debug("carp: " + sentence);
        } else if (!sentence.equals(said)) {
            findings.doubt(CODE, sentence);
        }
        said = isAsked ? sentence : "";
    }

    private static String inWords(int priority) {
        return priority == 0 ? "no real-time priority" : "real-time priority " + priority;
    }
}
