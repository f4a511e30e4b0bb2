// SPDX-License-Identifier: Apache-2.0
package io.carp;

/**
 * Why a virtual host is in the state it is in. {@link #toString()} is the text of the log line, in the words of
 * FreeBSD's kernel where FreeBSD has the same reason; it may be reworded. {@link #name()} stays. New reasons may come
 * with a minor version, so have a default for those you do not know.
 */
public enum Reason {
    /** The virtual host is configured, and has not started yet. */
    STARTING("starting"),
    /** INIT → BACKUP: everything that is needed is there. */
    INITIALIZATION_COMPLETE("initialization complete"),
    /** BACKUP → MASTER: no advertisement for one master-down time. */
    MASTER_TIMED_OUT("master timed out"),
    /** BACKUP → MASTER: the master advertises so slowly that it is as good as down. */
    MASTER_WILL_TIME_OUT("master will time out"),
    /** BACKUP → MASTER: the master has said that it leaves: it stops, steps down, or hands back. */
    MASTER_HANDED_OVER("master handed over"),
    /** BACKUP → MASTER: {@code preempt} is set and the master is slower than us. */
    PREEMPTING_SLOWER_MASTER("preempting a slower master"),
    /** BACKUP → MASTER: with {@code demotionStyle = header}, the master is more demoted than this node. */
    MASTER_DEMOTED("master is demoted"),
    /**
     * MASTER → BACKUP: another node advertises more frequently or, with {@code demotionStyle = header}, is less
     * demoted.
     */
    MORE_FREQUENT_ADVERTISEMENT("more frequent advertisement received"),
    /** MASTER → BACKUP: another node with a numerically lower address advertises exactly as frequently. */
    TIE_LOST("equally frequent advertisement received from a lower address"),
    /** MASTER → BACKUP: our own advertisements were so late that the peers may have taken over. */
    OWN_ADVERTISEMENTS_LATE("own advertisements were late"),
    /** Any → INIT: the link is gone, or the source address of our advertisements. */
    LINK_DOWN("hardware interface down"),
    /** INIT → BACKUP: the link is back. */
    LINK_UP("hardware interface up"),
    /** Somebody asked for it: step down or take over. */
    USER_REQUEST("user requested"),
    /** Any → INIT: the virtual host, its bundle or its container stops. */
    STOPPED("stopped"),
    /** INIT: the configuration was refused; {@link VirtualHost#configurationError()} says why. */
    CONFIGURATION("configuration refused"),
    /** INIT: the network interface cannot be used at all: it does not exist, or a privilege is missing. */
    INTERFACE_UNUSABLE("interface cannot be used"),
    /** INIT: a virtual IP is configured on this node by somebody else. */
    ADDRESS_IN_USE("address already configured by someone else"),
    /** MASTER → INIT or BACKUP: a virtual IP could not be bound. */
    BIND_FAILED("virtual IP could not be bound"),
    /** MASTER → INIT: what keeps the virtual IPs on this node was not done any more, so that they may be gone. */
    ADDRESS_LAPSED("virtual IP is no longer held"),
    /** MASTER → BACKUP: an action that runs before the address is bound failed, see {@code beforeFailure}. */
    BEFORE_ACTION_FAILED("action before mastership failed");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** The reason in plain words, as in the log. */
    @Override
    public String toString() {
        return text;
    }
}
