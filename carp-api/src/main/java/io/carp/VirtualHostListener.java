// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard listener: register it as a service, and it is told the present state of each virtual host, then every
 * transition. Nothing is lost between the two, and nothing told twice, so nobody has to combine events with a snapshot.
 *
 * <p>A transition is told when its event is posted: {@code MASTER} when the addresses are bound and {@link Mastership}
 * is registered, the end of a mastership when the addresses are released.
 *
 * <p>One listener is called by one thread at a time, never the one that advertises, and in the order in which it happened.
 * It may block for as long as it likes: then it alone falls behind, and holds up no transition, event, log line or other
 * listener. When {@value #MOST_UNTOLD} transitions of one virtual host wait for it, they are dropped, and {@link #present}
 * says instead what came of them. What it throws is logged.
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
     * What is true of a virtual host from which on transitions are told: when the listener is registered, or its properties
     * are changed; when a virtual host begins to run later than that; when the listener has missed something.
     *
     * @param host as it was at its latest transition
     */
    void present(VirtualHost host);

    /**
     * A transition.
     *
     * @param host as it was just after it
     * @param transition from the state told before to that of {@code host}
     */
    void changed(VirtualHost host, Transition transition);
}
