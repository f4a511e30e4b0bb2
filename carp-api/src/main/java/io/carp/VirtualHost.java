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

    /**
     * Which mastership it is: a number that grows with each, to fence what a master writes. That of the latest mastership
     * on this node while it is not MASTER, 0 before the first.
     *
     * <p>It is the time of the promotion by the clock of this machine, in microseconds since 1970, or, should that not be
     * more, one more than the one before. So it is greater than that of each earlier mastership of this process; greater
     * than those before a restart, unless the clock was set back meanwhile; and greater than those of other nodes, unless
     * their clocks are ahead of ours by more than the time since they took over. Nobody arbitrates: two nodes that are
     * master at once, as when they do not hear each other, have two numbers, and the greater one does not mean that its
     * node is reachable. See docs/events.md for how to use it.
     */
    long generation();

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
