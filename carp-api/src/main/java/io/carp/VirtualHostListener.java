// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard listener: register it as a service, and it is told the present state of each virtual host, then every
 * transition. Nothing is lost between the two, and nothing is told twice, so no listener has to combine events with a
 * snapshot.
 *
 * <p>A transition is told when its event is posted: {@code MASTER} when the addresses are bound and {@link Mastership}
 * is registered, and the end of a mastership when the addresses are released.
 *
 * <p>One listener is called by one thread at a time, never the one that advertises, and in the order in which things
 * happened. It may block for as long as it likes: then only this listener falls behind, and no transition, event, log
 * line or other listener waits for it. When {@value #MOST_UNTOLD} transitions of one virtual host wait for it, they are
 * dropped, and {@link #present} says instead what came of them. What the listener throws is logged.
 *
 * <p>After the service is unregistered no further call begins; one that is under way goes on.
 */
@ConsumerType
public interface VirtualHostListener {
    /** Service property: the virtual hosts meant (String or String[]); absent means all. */
    String NAME = "carp.name";

    /** How many transitions of one virtual host may wait for a slow listener. */
    int MOST_UNTOLD = 64;

    /**
     * Tells the state of a virtual host from which on transitions are told. This is called when the listener is
     * registered or its properties are changed, when a virtual host begins to run later than that, and when the
     * listener has missed something.
     *
     * @param host the virtual host as it was at its latest transition
     */
    void present(VirtualHost host);

    /**
     * Tells a transition.
     *
     * @param host the virtual host as it was just after the transition
     * @param transition the change from the state told before to that of {@code host}
     */
    void changed(VirtualHost host, Transition transition);
}
