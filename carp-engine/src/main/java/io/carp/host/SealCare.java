// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.SealMarks;
import io.carp.report.Findings;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What sealed advertisements need besides the rules: a memory over restarts, and somebody who says that a clock is wrong.
 * Does nothing with {@code seal = off}. Loop thread only.
 */
final class SealCare {
    private static final String CLOCK = "clock";

    /** All virtual hosts at the same moments, so that their marks are written in one go. */
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Longer than any master is silent. */
    private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(15);

    private final NodeServices node;
    private final Loop loop;
    private final SealMarks marks;
    private final Findings findings;
    private final Supplier<VirtualHostView> snapshot;
    private String subsystem = "";
    private boolean seals;
    private boolean recalled;
    private boolean closed;
    private @Nullable Cancellable nextKeeping;

    /** Whose clock is in the findings now. */
    private @Nullable InetAddress ofAnotherTime;

    private long ofAnotherTimeAt;

    SealCare(NodeServices node, CarpStateMachine machine, Findings findings, Supplier<VirtualHostView> snapshot) {
        this.node = node;
        this.loop = node.loop();
        this.marks = machine.marks();
        this.findings = findings;
        this.snapshot = snapshot;
    }

    /** Takes the settings, before the machine does. */
    void configure(VirtualHostConfig config) {
        subsystem = config.subsystem();
        seals = config.digest().seal().isMade();
        if (seals && !recalled) {
            recalled = true;
            marks.recall(node.sealMemory().of(subsystem), node.wallClock().millis());
            keep();
        }
        if (!seals) {
            settled();
        }
    }

    /** A packet was believed. */
    void believed() {
        InetAddress sender = seals ? marks.justHeard() : null;
        if (sender == null || closed) {
            return;
        }
        look(sender);
        if (marks.isUrgent()) {
            keep();
        } else if (nextKeeping == null) {
            long now = loop.nanoTime();
            nextKeeping = loop.at(now + PERIOD_NANOS - Math.floorMod(now, PERIOD_NANOS), () -> {
                nextKeeping = null;
                keep();
            });
        }
    }

    private void keep() {
        if (marks.isChanged()) {
            node.sealMemory().keep(subsystem, marks.kept());
        }
    }

    private void look(InetAddress sender) {
        long ahead = marks.millis(sender) - node.wallClock().millis();
        if (ofAnotherTime != null && loop.nanoTime() - ofAnotherTimeAt > FORGOTTEN_NANOS) {
            settled(); // It is there no more, or has another address.
        }
        if (sender.equals(ofAnotherTime)) {
            ofAnotherTimeAt = loop.nanoTime();
        }
        if (Math.abs(ahead) <= SealMarks.CLOCK_PATIENCE_MILLIS) {
            if (sender.equals(ofAnotherTime)) {
                settled();
            }
        } else if (ofAnotherTime == null) {
            ofAnotherTime = sender;
            ofAnotherTimeAt = loop.nanoTime();
            findings.doubt(CLOCK, inWords(sender, ahead), snapshot::get);
        }
    }

    private static String inWords(InetAddress sender, long ahead) {
        return "the time in the sealed advertisements of " + sender.getHostAddress() + " is "
                + Math.abs(ahead) / TimeUnit.MINUTES.toMillis(1) + " minutes "
                + (ahead > 0 ? "ahead of" : "behind")
                + " the clock of this node, so the clock of a node of the group is"
                + " wrong, or was when it started: look at timedatectl on all of them. It is heard all the same; but a"
                + " node that hears another one for the first time needs a clock that is right";
    }

    private void settled() {
        ofAnotherTime = null;
        findings.settled(CLOCK);
    }

    /** Ends, and keeps what is known. */
    void close() {
        closed = true;
        if (nextKeeping != null) {
            nextKeeping.cancel();
        }
        if (recalled) {
            keep();
        }
    }
}
