// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Peer;
import io.carp.Reason;
import io.carp.Transition;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.Generations;
import io.carp.consumers.VirtualHostView;
import io.carp.consumers.VirtualHostView.PeerView;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Neighbour;
import io.carp.protocol.Settings;
import io.carp.protocol.Step;
import io.carp.spi.Addresses;
import io.carp.spi.Loop;
import io.carp.spi.VirtualIp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an operator can see of one virtual host in addition to its machine. Loop thread only. */
public final class StatusReport {
    /** The counts of packets that belong to no virtual host here. */
    public interface Unclaimed {
        long badVhid();

        long badLength();
    }

    private static final int MOST_TRANSITIONS = 20;
    /** Less is no clock that was set. */
    private static final Duration CLOCK_DRIFT = Duration.ofSeconds(2);

    private static final Comparator<Neighbour> LAST_HEARD_FIRST =
            Comparator.comparingLong(Neighbour::heardAt).reversed();

    private final CarpStateMachine machine;
    private final Unclaimed unclaimed;
    private final Loop loop;
    private final Clock wallClock;
    private final Findings findings;
    private final Generations generations;
    private final AdvertisementGap gap;
    private final Deque<Transition> transitions = new ArrayDeque<>();
    private List<DemotionSource> demotions = List.of();
    private Reason reason = Reason.STARTING;
    private String detail = "";
    private Instant since;
    private long sinceNanos;
    private long generation;
    /** The virtual IPs as text, and whose text it is. A new MASTER needs it before it binds them, and it takes long at first. */
    private List<String> virtualIps = List.of();

    private @Nullable Addresses written;

    public StatusReport(
            CarpStateMachine machine,
            Unclaimed unclaimed,
            Findings findings,
            Loop loop,
            Clock wallClock,
            Generations generations) {
        this.machine = machine;
        this.unclaimed = unclaimed;
        this.findings = findings;
        this.loop = loop;
        this.wallClock = wallClock;
        this.generations = generations;
        this.gap = new AdvertisementGap(machine.counters());
        this.since = wallClock.instant();
        this.sinceNanos = loop.nanoTime();
    }

    /** @param left whether an advertisement left */
    public void performed(Step step, boolean left) {
        if (step.from() == CarpState.MASTER || step.to() == CarpState.MASTER) {
            gap.after(step, left, loop.nanoTime());
        }
    }

    /** Advertisements have left without this process: the first and the last one at these times. */
    public void relayed(long first, long last) {
        gap.relayed(first, last);
    }

    public void transition(CarpState from, CarpState to, Reason why) {
        since = wallClock.instant();
        sinceNanos = loop.nanoTime();
        reason = why;
        if (to == CarpState.MASTER) {
            generation = generations.next(since);
        }
        if (to != CarpState.INIT) {
            detail = "";
        }
        if (transitions.size() == MOST_TRANSITIONS) {
            transitions.removeLast();
        }
        transitions.addFirst(new TransitionView(since, from, to, why));
    }

    /** Says why the virtual host takes no part. */
    public void outside(Reason why, String inWords) {
        reason = why;
        detail = inWords;
    }

    public void demotions(List<DemotionSource> sources) {
        demotions = sources;
    }

    public Instant since() {
        return since;
    }

    /** When by a clock that may have been set since then: how long ago it is decides. */
    private Instant sinceByTheClockOfNow() {
        Instant byAge = wallClock.instant().minusNanos(loop.nanoTime() - sinceNanos);
        return Duration.between(since, byAge).abs().compareTo(CLOCK_DRIFT) < 0 ? since : byAge;
    }

    public VirtualHostView snapshot(VirtualHostConfig config, boolean bound) {
        Settings settings = machine.settings();
        return new VirtualHostView(
                config.addresses().name(),
                settings.vhid(),
                config.networkInterface(),
                machine.state(),
                reason,
                detail,
                sinceByTheClockOfNow(),
                generation,
                machine.master().map(Neighbour::address),
                virtualIps(config.addresses()),
                bound,
                settings.advbase(),
                settings.advskew(),
                machine.effectiveAdvskew(),
                settings.preempt(),
                peers(),
                List.copyOf(transitions),
                demotions,
                findings.present(),
                counters(),
                Optional.empty());
    }

    private List<String> virtualIps(Addresses now) {
        if (now != written) {
            virtualIps = now.virtualIps().stream().map(VirtualIp::toString).toList();
            written = now;
        }
        return virtualIps;
    }

    private List<Peer> peers() {
        Instant now = wallClock.instant();
        long nanoTime = loop.nanoTime();
        Neighbour[] all = machine.neighbours().toArray(Neighbour[]::new);
        Arrays.sort(all, LAST_HEARD_FIRST);
        List<Peer> peers = new ArrayList<>(all.length);
        for (Neighbour n : all) {
            peers.add(new PeerView(n.address(), n.advbase(), n.advskew(), now.minusNanos(nanoTime - n.heardAt())));
        }
        return Collections.unmodifiableList(peers);
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = machine.counters().asMap();
        counters.merge("badvhid", unclaimed.badVhid(), Long::sum);
        counters.merge("badlen", unclaimed.badLength(), Long::sum);
        return counters;
    }
}
