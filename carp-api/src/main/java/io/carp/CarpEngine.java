// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** The CARP engine of this framework: one service, present while the engine bundle is active. Safe for any thread. */
@ProviderType
public interface CarpEngine {
    /** All virtual hosts of this node, by name: a snapshot. */
    List<VirtualHost> virtualHosts();

    /** The virtual host with this name, if there is one: a snapshot. */
    Optional<VirtualHost> virtualHost(String name);

    /**
     * What makes every virtual host of this node worth less, in 1/256 s of advskew: the sum of the node-wide {@link
     * Demotion} services and of the engine's own (link down, boot). 0 is healthy.
     */
    int demotion();

    /**
     * MASTER → BACKUP, in good order, with a bow-out, so that a peer takes over at once. With {@code preempt} set this
     * node does not take the address back from its living successor until asked to, edited or restarted.
     *
     * @return completes when the addresses are released; fails with {@link RequestRefusedException} if this node is not
     *     MASTER
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    CompletionStage<VirtualHost> stepDown(String name);

    /**
     * BACKUP → MASTER now.
     *
     * @return completes when the addresses are bound; fails with {@link RequestRefusedException} if this node is not
     *     BACKUP, if the living master would win the address back at once, or if mastership was lost on the way
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    CompletionStage<VirtualHost> takeOver(String name);

    /**
     * What the engine would have against an edit of the file of a virtual host. Nothing is changed. Reads files such as a
     * {@code passFile}, so it may block; not for the loop.
     *
     * @param name of the virtual host; there need not be one yet
     * @param values key → value as the engine is to get it
     * @param removed keys that are to be taken out
     * @return key, value and what is allowed, for a person; empty if the edit would be taken
     */
    default Optional<String> refusal(String name, Map<String, String> values, Set<String> removed) {
        return Optional.empty();
    }

    /**
     * What an operator should look at that is of no virtual host that is there: a refused {@code etc/carp.engine.cfg}, a
     * file that nobody reads because of its name, and each {@link Finding} that some bundle has registered as a service.
     */
    default List<Finding> findings() {
        return List.of();
    }
}
