// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Finding;
import io.carp.Mastership;
import io.carp.Peer;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.Transition;
import io.carp.VirtualHost;
import io.carp.consumers.EventContent;
import io.carp.consumers.VirtualHostView;
import io.carp.consumers.VirtualHostView.DemotionView;
import io.carp.consumers.VirtualHostView.FindingView;
import io.carp.consumers.VirtualHostView.PeerView;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.mastership.Saying;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual host of {@link FakeCarpEngine} looks like; each method changes one thing and returns this. The state
 * changes only by the engine's {@code take}, {@code lose}, {@code stepDown} and {@code takeOver}. Safe for any thread.
 */
public final class FakeVirtualHost {
    private static final int KEPT_TRANSITIONS = 20;

    private static final String BEFORE_ACTION = "before-action";

    private final FakeCarpEngine engine;
    private final FakeConsumers consumers;
    private final FakeMastership effects;
    private final String name;
    private int vhid;
    private String networkInterface = "eth0";
    private CarpState state = CarpState.INIT;
    private Reason reason = Reason.STARTING;
    private String detail = "";
    private Instant since = Instant.EPOCH;
    private long generation;
    private @Nullable InetAddress master;
    private List<String> virtualIps = List.of();
    private int advbase = 1;
    private int advskew;
    private boolean preempt;
    private @Nullable String configurationError;
    private final List<Peer> peers = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final List<DemotionSource> demotions = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Long> counters = new TreeMap<>();

    FakeVirtualHost(FakeCarpEngine engine, String name, int vhid) {
        this.engine = engine;
        this.name = name;
        this.vhid = vhid;
        this.consumers = engine.consumers(name);
        this.effects = new FakeMastership(this, engine.order(), engine.events(), engine.listeners(), consumers);
        transition(CarpState.BACKUP, Reason.INITIALIZATION_COMPLETE);
    }

    /** The number, 1..255, and the network interface. */
    public synchronized FakeVirtualHost link(int number, String onInterface) {
        vhid = number;
        networkInterface = onInterface;
        return this;
    }

    /** The virtual IPs, as a configuration would name them. */
    public synchronized FakeVirtualHost virtualIps(String... addresses) {
        virtualIps = List.of(addresses);
        return this;
    }

    /** Seconds 0..255, and 1/256 s 0..254. */
    public synchronized FakeVirtualHost interval(int base, int skew) {
        advbase = base;
        advskew = skew;
        return this;
    }

    /** Whether this node takes over from a slower living master. */
    public synchronized FakeVirtualHost preempt(boolean wanted) {
        preempt = wanted;
        return this;
    }

    /** The address of the master; null for none. */
    public synchronized FakeVirtualHost master(@Nullable InetAddress address) {
        master = address;
        return this;
    }

    /** More about the reason of the present state. */
    public synchronized FakeVirtualHost detail(String text) {
        detail = text;
        return this;
    }

    /** A peer was heard now. */
    public synchronized FakeVirtualHost peer(InetAddress address, int base, int skew) {
        peers.add(0, new PeerView(address, base, skew, engine.clock().instant()));
        return this;
    }

    /** This virtual host alone is worth less by this amount, in 1/256 s. */
    public synchronized FakeVirtualHost demotion(int amount, String why, String owner) {
        demotions.add(new DemotionView(amount, why, owner));
        return this;
    }

    /** Adds something that an operator should look at, and posts its event. */
    public FakeVirtualHost finding(String code, String text) {
        Finding finding = new FindingView(code, text, engine.clock().instant());
        synchronized (this) {
            findings.add(finding);
        }
        engine.events().post(() -> EventContent.of(view(), finding));
        return this;
    }

    /** A counter, by its name in carpstats. */
    public synchronized FakeVirtualHost counter(String counter, long value) {
        counters.put(counter, value);
        return this;
    }

    /** Why the latest edit was refused; null if it was not. */
    public synchronized FakeVirtualHost configurationError(@Nullable String text) {
        configurationError = text;
        return this;
    }

    /** What {@link io.carp.CarpEngine#virtualHost} returns now. */
    public synchronized VirtualHost view() {
        int skew = advskew
                + engine.demotion()
                + demotions.stream().mapToInt(DemotionSource::amount).sum();
        return new VirtualHostView(
                name,
                vhid,
                networkInterface,
                state,
                reason,
                detail,
                since,
                generation,
                Optional.ofNullable(state == CarpState.MASTER ? null : master),
                virtualIps,
                state == CarpState.MASTER && effects.driver().isBound(),
                advbase,
                advskew,
                Math.max(0, Math.min(skew, 240)),
                preempt,
                List.copyOf(peers),
                List.copyOf(transitions),
                List.copyOf(demotions),
                List.copyOf(findings),
                Map.copyOf(counters),
                Optional.ofNullable(configurationError));
    }

    /** Goes into that state and does all that it causes. Called within what the engine does in order. */
    void go(CarpState after, Reason why) {
        CarpState before = state();
        if (after == before) {
            return;
        }
        if (after == CarpState.MASTER) {
            settleBeforeAction();
        }
        Instant at = transition(after, why);
        Saying.Event event = new Saying.Event(view(), before, after, why, at);
        if (after == CarpState.MASTER) {
            effects.driver().take(event);
        } else {
            effects.driver().lose(event);
        }
    }

    /** Leaves MASTER in good order: consumers first, the state last. Called within what the engine does in order. */
    CompletableFuture<VirtualHost> giveUp(CarpState after, Reason why) {
        return effects.driver().giveUp(view(), after, why, () -> go(after, why)).thenApply(released -> view());
    }

    /** Steps down because somebody asks for it. Called within what the engine does in order. */
    CompletableFuture<VirtualHost> stepDown(Reason why) {
        if (state() != CarpState.MASTER) {
            return refused(Refusal.NOT_MASTER, "this node is " + state() + ", only a MASTER can step down");
        }
        return giveUp(CarpState.BACKUP, why);
    }

    /** Takes over because somebody asks for it. Called within what the engine does in order. */
    CompletableFuture<VirtualHost> takeOver() {
        if (state() != CarpState.BACKUP) {
            return refused(Refusal.NOT_BACKUP, "this node is " + state() + ", only a BACKUP can take over");
        }
        go(CarpState.MASTER, Reason.USER_REQUEST);
        return effects.driver().whenBound().thenApply(bound -> view());
    }

    private static CompletableFuture<VirtualHost> refused(Refusal refusal, String why) {
        return CompletableFuture.failedFuture(new RequestRefusedException(refusal, why));
    }

    /** Takes note of what stood in the way of serving. */
    void beforeFailed(String text) {
        finding(BEFORE_ACTION, "etc/carp.vhost-" + name + ".cfg: " + text);
    }

    private synchronized void settleBeforeAction() {
        findings.removeIf(finding -> finding.code().equals(BEFORE_ACTION));
    }

    synchronized CarpState state() {
        return state;
    }

    private synchronized Instant transition(CarpState after, Reason why) {
        Instant at = engine.clock().instant();
        transitions.add(0, new TransitionView(at, state, after, why));
        if (transitions.size() > KEPT_TRANSITIONS) {
            transitions.remove(KEPT_TRANSITIONS);
        }
        state = after;
        reason = why;
        detail = "";
        since = at;
        if (after == CarpState.MASTER) {
            generation = engine.nextGeneration(at);
        }
        return at;
    }

    @Nullable
    Mastership mastership() {
        return consumers.mastership();
    }
}
