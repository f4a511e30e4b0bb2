// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** What was true of one virtual host on this node at one moment. Immutable; safe for any thread. */
@ProviderType
public interface VirtualHost {
    /** The name of the virtual host: {@code web} for {@code etc/carp.vhost-web.cfg}. */
    String name();

    /** The number of the virtual host on its link, 1..255; 0 while no usable configuration has been seen. */
    int vhid();

    /** The network interface; empty while no usable configuration has been seen. */
    String networkInterface();

    /** The state on this node. */
    CarpState state();

    /** Why it is in that state. */
    Reason reason();

    /** More about {@link #reason()} for a person (which privilege, which interface); empty if there is no more to say. */
    String detail();

    /** Since when it is in that state, by the wall clock. */
    Instant since();

    /** Who advertises; empty if nobody was heard, or it is us. */
    Optional<InetAddress> master();

    /** The virtual IPs as configured, with their prefix length if one was given. */
    List<String> virtualIps();

    /** Whether the addresses are bound on this node now. */
    boolean bound();

    /** Seconds between advertisements, 0..255. */
    int advbase();

    /** Configured skew, 0..254, in 1/256 s. */
    int advskew();

    /** The skew sent and compared: configured plus demotion, 0..240, in 1/256 s. */
    int effectiveAdvskew();

    /** Whether a slower living master is taken over from. */
    boolean preempt();

    /** Who was heard with a valid advertisement, most recent first. */
    List<Peer> peers();

    /** The latest transitions, most recent first, at most 20. */
    List<Transition> transitions();

    /** What makes this virtual host worth less now. */
    List<DemotionSource> demotions();

    /** What an operator should look at. Empty when all is well. */
    List<Finding> findings();

    /** Counters since start, named after carpstats of the BSDs: {@code "badauth" -> 3}. */
    Map<String, Long> counters();

    /** The last edit refused, if any: file, key, value, and what is allowed. The last good settings go on running. */
    Optional<String> configurationError();
}
