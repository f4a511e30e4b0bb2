// SPDX-License-Identifier: Apache-2.0
package io.carp;

/**
 * The contract with EventAdmin subscribers.
 *
 * <p>Events are posted, never sent, by one thread, so they arrive in the order they happened. A subscriber that starts
 * late asks {@link CarpEngine} for the present state, or is a {@link VirtualHostListener} instead. When the engine
 * starts, it posts the present state of each virtual host, too. A handler that takes more than 5 s is denied for ever
 * by Karaf's EventAdmin: hand long work over.
 *
 * <p>All values are plain strings and numbers.
 */
public final class CarpEvents {
    /** Prefix of all topics. */
    public static final String TOPIC_PREFIX = "io/carp/";

    /** The topic filter for every transition, whatever the new state is. */
    public static final String TOPIC_STATES = "io/carp/state/*";

    /** A virtual host is INIT now. */
    public static final String TOPIC_INIT = "io/carp/state/INIT";

    /** A virtual host is BACKUP now. */
    public static final String TOPIC_BACKUP = "io/carp/state/BACKUP";

    /**
     * A virtual host is MASTER now, its addresses are bound and its {@link Mastership} is registered. If the mastership
     * was lost before that came about, this event is posted all the same, and the event of its end follows directly.
     */
    public static final String TOPIC_MASTER = "io/carp/state/MASTER";

    /** The node-wide demotion has changed: see {@link #DEMOTION}, {@link #DEMOTION_PREVIOUS}, {@link #REASON}. */
    public static final String TOPIC_DEMOTION = "io/carp/demotion";

    /** Something has appeared that an operator should look at: see {@link #FINDING}, {@link #FINDING_TEXT}. */
    public static final String TOPIC_FINDING = "io/carp/finding";

    /** The name of the virtual host (String). */
    public static final String NAME = "carp.name";

    /** The vhid (Integer, 1..255). */
    public static final String VHID = "carp.vhid";

    /** The network interface (String). */
    public static final String INTERFACE = "carp.interface";

    /** The state after (String: INIT, BACKUP or MASTER). */
    public static final String STATE = "carp.state";

    /** The state before (String: INIT, BACKUP or MASTER). */
    public static final String STATE_PREVIOUS = "carp.state.previous";

    /** Why, in plain words: the text of {@link io.carp.Reason} (String). */
    public static final String REASON = "carp.reason";

    /**
     * Why, for a program: the name of the {@link io.carp.Reason} (String), such as {@code MASTER_TIMED_OUT}. Only
     * events of states have it. New reasons may come with a minor version, so have a default for those you do not know.
     */
    public static final String REASON_CODE = "carp.reason.code";

    /**
     * The number of this mastership, or of the latest one on this node (Long), see {@link VirtualHost#generation()}.
     * Only events of states have it.
     */
    public static final String GENERATION = "carp.generation";

    /** {@code 7@eth0}, as devd of FreeBSD names it (String). */
    public static final String SUBSYSTEM = "carp.subsystem";

    /** When it happened: milliseconds since the epoch (Long). */
    public static final String TIMESTAMP = "timestamp";

    /** The demotion after (Integer, in 1/256 s of advskew). */
    public static final String DEMOTION = "carp.demotion";

    /** The demotion before (Integer, in 1/256 s of advskew). */
    public static final String DEMOTION_PREVIOUS = "carp.demotion.previous";

    /** The code of the {@link io.carp.Finding} (String). */
    public static final String FINDING = "carp.finding";

    /** The text of the {@link io.carp.Finding} (String). */
    public static final String FINDING_TEXT = "carp.finding.text";

    private CarpEvents() {}
}
