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

    /**
     * More about {@link #reason()} for a person (which privilege, which interface); empty if there is no more to say.
     */
    String detail();

    /** Since when it is in that state, by what the wall clock shows now: if it was set meanwhile, how long ago stays true. */
    Instant since();

    /**
     * The number of this mastership. It grows with each mastership, so that what a master writes can be fenced. While
     * this node is not MASTER, it is the number of its latest mastership, and 0 before the first.
     *
     * <p>The number is the time of the promotion by the clock of this machine, in microseconds since 1970; if that is
     * not greater than the number before, it is that number plus one. So it is greater than that of each earlier
     * mastership of this process. It is greater than those before a restart, unless the clock was set back meanwhile.
     * And it is greater than those of other nodes, unless their clocks are ahead of ours by more than the time since
     * they took over. Nobody arbitrates: two nodes that are master at once, because they do not hear each other, have
     * two numbers, and the greater one does not mean that its node is reachable. See docs/events.md for how to use it.
     */
    long generation();

    /** The address of the master that we hear; empty if none was heard or this node is the master. */
    Optional<InetAddress> master();

    /** The virtual IPs as configured, with their prefix length if one was given. */
    List<String> virtualIps();

    /** Whether the addresses are bound on this node now. */
    boolean bound();

    /** Seconds between advertisements, 0..255. */
    int advbase();

    /** The configured skew, 0..254, in 1/256 s. */
    int advskew();

    /** The skew that is sent and compared: the configured one plus the demotion, 0..240, in 1/256 s. */
    int effectiveAdvskew();

    /** Whether this node takes over from a slower living master. */
    boolean preempt();

    /** The nodes that were heard with a valid advertisement, the most recent first. */
    List<Peer> peers();

    /** The latest transitions, the most recent first, at most 20. */
    List<Transition> transitions();

    /** What makes this virtual host worth less now. */
    List<DemotionSource> demotions();

    /** What an operator should look at. Empty when all is well. */
    List<Finding> findings();

    /** Counters since the start, with the names of carpstats in the BSDs: {@code "badauth" -> 3}. */
    Map<String, Long> counters();

    /**
     * Why the latest edit was refused, if it was: file, key, value, and what is allowed. The last good settings stay in
     * force.
     */
    Optional<String> configurationError();
}
