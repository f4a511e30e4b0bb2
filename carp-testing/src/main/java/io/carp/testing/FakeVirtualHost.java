// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Finding;
import io.carp.Mastership;
import io.carp.Peer;
import io.carp.Reason;
import io.carp.Transition;
import io.carp.VirtualHost;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual host of {@link FakeCarpEngine} looks like; each method changes one thing and returns this. The state
 * changes only by the engine's {@code take}, {@code lose}, {@code stepDown} and {@code takeOver}. Safe for any thread.
 */
public final class FakeVirtualHost {
    private static final int KEPT_TRANSITIONS = 20;

    private final FakeCarpEngine engine;
    private final String name;
    private int vhid;
    private String networkInterface = "eth0";
    private CarpState state = CarpState.INIT;
    private Reason reason = Reason.STARTING;
    private String detail = "";
    private Instant since = Instant.EPOCH;
    private @Nullable InetAddress master;
    private List<String> virtualIps = List.of();
    private int advbase = 1;
    private int advskew;
    private boolean preempt;
    private @Nullable Mastership mastership;
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
        transition(
                CarpState.BACKUP, Reason.INITIALIZATION_COMPLETE, engine.clock().instant());
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

    /** Whether a slower living master is taken over from. */
    public synchronized FakeVirtualHost preempt(boolean wanted) {
        preempt = wanted;
        return this;
    }

    /** Who advertises; null for nobody. */
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
        peers.add(0, new HeardPeer(address, base, skew, engine.clock().instant()));
        return this;
    }

    /** This virtual host alone is worth less by this amount, in 1/256 s. */
    public synchronized FakeVirtualHost demotion(int amount, String why, String owner) {
        demotions.add(new Demoted(amount, why, owner));
        return this;
    }

    /** Something an operator should look at; its event is posted. */
    public FakeVirtualHost finding(String code, String text) {
        Finding finding = new Found(code, text, engine.clock().instant());
        synchronized (this) {
            findings.add(finding);
        }
        engine.events().finding(view(), finding);
        return this;
    }

    /** A counter, by its name in carpstats. */
    public synchronized FakeVirtualHost counter(String counter, long value) {
        counters.put(counter, value);
        return this;
    }

    /** The last edit refused; null for none. */
    public synchronized FakeVirtualHost configurationError(@Nullable String text) {
        configurationError = text;
        return this;
    }

    /** What {@link io.carp.CarpEngine#virtualHost} returns now. */
    public synchronized VirtualHost view() {
        int skew = advskew
                + engine.demotion()
                + demotions.stream().mapToInt(DemotionSource::amount).sum();
        return new Snapshot(
                name,
                vhid,
                networkInterface,
                state,
                reason,
                detail,
                since,
                Optional.ofNullable(state == CarpState.MASTER ? null : master),
                virtualIps,
                mastership != null,
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

    synchronized void transition(CarpState after, Reason why, Instant at) {
        transitions.add(0, new Change(at, state, after, why));
        if (transitions.size() > KEPT_TRANSITIONS) {
            transitions.remove(KEPT_TRANSITIONS);
        }
        state = after;
        reason = why;
        detail = "";
        since = at;
        mastership = null;
    }

    synchronized void bound(Mastership service) {
        mastership = service;
    }

    synchronized @Nullable Mastership mastership() {
        return mastership;
    }

    private record HeardPeer(InetAddress address, int advbase, int advskew, Instant lastHeard) implements Peer {}

    private record Demoted(int amount, String reason, String owner) implements DemotionSource {}

    private record Found(String code, String text, Instant since) implements Finding {}

    private record Change(Instant at, CarpState from, CarpState to, Reason reason) implements Transition {}

    private record Snapshot(
            String name,
            int vhid,
            String networkInterface,
            CarpState state,
            Reason reason,
            String detail,
            Instant since,
            Optional<InetAddress> master,
            List<String> virtualIps,
            boolean bound,
            int advbase,
            int advskew,
            int effectiveAdvskew,
            boolean preempt,
            List<Peer> peers,
            List<Transition> transitions,
            List<DemotionSource> demotions,
            List<Finding> findings,
            Map<String, Long> counters,
            Optional<String> configurationError)
            implements VirtualHost {}
}
