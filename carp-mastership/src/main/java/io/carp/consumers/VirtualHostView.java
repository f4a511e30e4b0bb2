// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Finding;
import io.carp.Peer;
import io.carp.Reason;
import io.carp.Transition;
import io.carp.VirtualHost;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A snapshot of one virtual host: plain values, copied. */
public record VirtualHostView(
        String name,
        int vhid,
        String networkInterface,
        CarpState state,
        Reason reason,
        String detail,
        Instant since,
        long generation,
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
        implements VirtualHost {

    public record PeerView(InetAddress address, int advbase, int advskew, Instant lastHeard) implements Peer {}

    public record TransitionView(Instant at, CarpState from, CarpState to, Reason reason) implements Transition {}

    public record DemotionView(int amount, String reason, String owner) implements DemotionSource {}

    public record FindingView(String code, String text, Instant since) implements Finding {}

    /** A virtual host that does not run, because it has never had usable settings or is about to end. */
    public static VirtualHostView absent(String name, Reason reason, String detail, Instant since) {
        return new VirtualHostView(
                name,
                0,
                "",
                CarpState.INIT,
                reason,
                detail,
                since,
                0,
                Optional.empty(),
                List.of(),
                false,
                0,
                0,
                0,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Optional.empty());
    }

    public VirtualHostView withConfigurationError(Optional<String> error) {
        return new VirtualHostView(
                name,
                vhid,
                networkInterface,
                state,
                reason,
                detail,
                since,
                generation,
                master,
                virtualIps,
                bound,
                advbase,
                advskew,
                effectiveAdvskew,
                preempt,
                peers,
                transitions,
                demotions,
                findings,
                counters,
                error);
    }
}
