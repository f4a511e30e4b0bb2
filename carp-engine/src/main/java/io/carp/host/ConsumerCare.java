// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.DemotionSource;
import io.carp.Reason;
import io.carp.consumers.VirtualHostView.DemotionView;
import io.carp.mastership.Outcome;
import io.carp.mastership.Saying;
import io.carp.mastership.Stuck;
import io.carp.protocol.CarpStateMachine;
import io.carp.report.Findings;
import io.carp.report.StatusReport;
import io.carp.spi.Loop;
import io.carp.thread.Whereabouts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What consumers, and the binder, do to their virtual host: one whose hook fails steps down, one whose consumers hang says who, and is worth less
 * until they come back. Loop thread only.
 */
final class ConsumerCare implements Outcome {
    private static final String STUCK = "consumer";
    private static final String BINDER = "binder";
    /** As much as an interface that is down costs by default. */
    private static final int AMOUNT = 240;

    /**
     * How many times {@code hookTimeout} an activation may take before it counts as stuck and not as slow. Nobody waits for
     * it, and two nodes whose consumers start slowly would else hand the mastership to and fro for ever.
     */
    private static final int SLOW = 10;

    private final VirtualHostRunner host;
    private final NodeServices node;
    private final CarpStateMachine machine;
    private final StatusReport report;
    private final Findings findings;
    private final Loop.Timer slowIsStuck;
    private boolean anyStuck;
    private boolean worthLess;
    private int total;
    private List<DemotionSource> sources = List.of();

    ConsumerCare(
            VirtualHostRunner host,
            NodeServices node,
            CarpStateMachine machine,
            StatusReport report,
            Findings findings) {
        this.host = host;
        this.node = node;
        this.machine = machine;
        this.report = report;
        this.findings = findings;
        this.slowIsStuck = node.loop().timer(() -> demote(true));
    }

    @Override
    public void event(Saying.Event event) {
        node.tell(host, event);
    }

    @Override
    public void beforeFailed(Throwable why) {
        String text = "an action before mastership failed, so this node steps down: " + why;
        findings.fault(Findings.BEFORE_ACTION, text, host::snapshot);
        host.stepDown(Reason.BEFORE_ACTION_FAILED);
    }

    @Override
    public void stuck(List<Stuck> consumers) {
        findings.faultIf(STUCK, inWords(consumers), host::snapshot);
        boolean before = anyStuck;
        anyStuck = !consumers.isEmpty();
        if (!anyStuck) {
            slowIsStuck.cancel();
            demote(false);
        } else if (!consumers.stream().allMatch(Stuck::comesUp)) {
            demote(true);
        } else if (!before) {
            slowIsStuck.at(node.loop().nanoTime() + (SLOW - 1) * host.config().hookTimeoutNanos());
        }
    }

    @Override
    public void late(String what, StackTraceElement[] where) {
        String at = Whereabouts.of(where, Outcome.class.getPackageName());
        findings.faultIf(
                BINDER,
                what.isEmpty() ? "" : "the virtual IPs: " + what + (at.isEmpty() ? "" : "; it is " + at),
                host::snapshot);
    }

    private String inWords(List<Stuck> consumers) {
        if (consumers.isEmpty()) {
            return "";
        }
        String all = consumers.stream().map(Stuck::who).collect(Collectors.joining("; "));
        return "hookTimeout = " + TimeUnit.NANOSECONDS.toSeconds(host.config().hookTimeoutNanos())
                + ": a consumer does not come back: " + all
                + (consumers.size() < Stuck.MOST
                        ? ""
                        : "; consumers are told of no mastership any more until one of these comes back");
    }

    private void demote(boolean less) {
        if (worthLess != less) {
            worthLess = less;
            apply();
        }
    }

    /** What the whole node, or others, say that it is worth less. */
    void demotions(int sum, List<DemotionSource> all) {
        total = sum;
        sources = all;
        apply();
    }

    private void apply() {
        List<DemotionSource> all = new ArrayList<>(sources);
        if (worthLess) {
            all.add(new DemotionView(AMOUNT, "a consumer does not come back", "carp"));
        }
        report.demotions(List.copyOf(all));
        host.perform(now -> machine.demotion(total + (worthLess ? AMOUNT : 0), now));
    }

    @Override
    public void warn(String sentence) {
        host.warn(sentence);
    }

    @Override
    public void failed(String sentence, Throwable why) {
        node.notices().error("carp: " + host.config().subsystem() + ": " + sentence, why);
    }
}
