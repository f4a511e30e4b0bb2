// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard hook around the virtual IPs: register it as a service. Hooks are called in the order of {@code
 * service.ranking}, highest first; the service property {@code carp.name} (String or String[]) limits one to some
 * virtual hosts.
 *
 * <p>Hooks are called by a worker of their virtual host, never on the thread that advertises: a slow one delays only
 * its own virtual host, and that by at most {@code hookTimeout}.
 */
@ConsumerType
public interface MastershipHook {
    /**
     * This node has become master and advertises; the addresses are not bound yet. Return within {@code hookTimeout}
     * (default 5 s); after that the addresses come up regardless. An exception follows the {@code beforeFailure}
     * setting of the virtual host: {@code stepDown} (the default) hands over to a peer, {@code bind} logs and goes on.
     *
     * @param host the virtual host as it is now
     * @throws Exception if something stands in the way of serving
     */
    default void acquiring(VirtualHost host) throws Exception {}

    /**
     * The addresses are gone and {@link Mastership} is unregistered.
     *
     * @param host the virtual host as it is now
     * @param why why mastership ended
     * @throws Exception this is logged, and has no other effect
     */
    default void released(VirtualHost host, Reason why) throws Exception {}
}
