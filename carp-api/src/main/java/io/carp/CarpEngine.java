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
    /** A snapshot of all virtual hosts of this node, ordered by name. */
    List<VirtualHost> virtualHosts();

    /** A snapshot of the virtual host with this name, if there is one. */
    Optional<VirtualHost> virtualHost(String name);

    /**
     * How much less every virtual host of this node is worth, in 1/256 s of advskew: the sum of the node-wide {@link
     * Demotion} services and of the engine's own demotions (link down, boot). 0 is healthy.
     */
    int demotion();

    /**
     * MASTER → BACKUP in good order, with a bow-out, so that a peer takes over at once. With {@code preempt} set this
     * node does not take the address back from its living successor until somebody asks for that, edits the virtual
     * host or restarts it.
     *
     * @return completes when the addresses are released; fails with {@link RequestRefusedException} if this node is not
     *     MASTER
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    CompletionStage<VirtualHost> stepDown(String name);

    /**
     * BACKUP → MASTER at once.
     *
     * @return completes when the addresses are bound; fails with {@link RequestRefusedException} if this node is not
     *     BACKUP, if the living master would win the address back at once, or if mastership was lost on the way
     * @throws IllegalArgumentException for an unknown name; its message lists the known ones
     */
    CompletionStage<VirtualHost> takeOver(String name);

    /**
     * Says why the engine would refuse an edit of the file of a virtual host. Nothing is changed. This reads files such
     * as a {@code passFile}, so it may block and is not for the loop.
     *
     * @param name the name of the virtual host, which need not exist yet
     * @param values the keys to be set, with the values that the engine is to get
     * @param removed the keys to be taken out
     * @return key, value and what is allowed, for a person; empty if the engine would take the edit
     */
    default Optional<String> refusal(String name, Map<String, String> values, Set<String> removed) {
        return Optional.empty();
    }

    /**
     * What an operator should look at and what does not belong to a running virtual host: a refused {@code
     * etc/carp.engine.cfg}, a file that is not read because of its name, and each {@link Finding} that a bundle has
     * registered as a service.
     */
    default List<Finding> findings() {
        return List.of();
    }
}
