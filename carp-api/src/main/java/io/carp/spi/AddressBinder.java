// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Gives this node virtual IPs and takes them away. Register an implementation as a service with the property {@link
 * #NAME}; a virtual host picks it with {@code binder.target = (carp.binder=<name>)}.
 */
@ConsumerType
public interface AddressBinder {
    /** Service property that names the binder (String): {@code netlink}, {@code script}, {@code none}. */
    String NAME = "carp.binder";

    /** Whether it runs {@code upScript} and {@code downScript} itself, so that nobody else may. Any thread. */
    default boolean runsScripts() {
        return false;
    }

    /**
     * A handle for the addresses of one virtual host. Does nothing to the system and never fails. Any thread.
     *
     * @param addresses whose addresses, which, and how
     * @param listener told of what happens to the addresses behind our back
     */
    Binding open(Addresses addresses, Listener listener);

    /**
     * The addresses of one virtual host. Calls come from one worker, one at a time, and may block; each is
     * idempotent.
     */
    @ConsumerType
    interface Binding {
        /**
         * Before the virtual host takes part: nothing of ours may be left from an earlier life, nothing of anybody
         * else's may be in the way.
         *
         * @throws AddressInUseException if somebody else has configured one of the addresses
         * @throws IOException if the addresses cannot be managed at all; the message says which privilege is missing
         */
        void prepare() throws IOException;

        /**
         * Binds all addresses. When it fails none is left bound.
         *
         * @param why what it is for
         * @throws AddressInUseException if somebody else has configured one of the addresses: it was not touched
         * @throws IOException with a sentence for the operator
         */
        void bind(Change why) throws IOException;

        /**
         * Tells the link who has the addresses (gratuitous ARP, unsolicited neighbour advertisement). Does nothing when
         * they are not bound. Failure is for the binder to log.
         */
        void announce();

        /**
         * Releases all addresses that are ours; what is not ours stays.
         *
         * @param why what it is for
         */
        void unbind(Change why) throws IOException;

        /**
         * An advertisement has left: the lease of the addresses may be renewed. Called on the loop thread for every
         * advertisement: does not block and allocates nothing. Renewals that are due must run behind any unbind.
         *
         * @param nanoTime when it left, by {@link Loop#nanoTime()}
         */
        void advertised(long nanoTime);

        /**
         * Takes over other settings (addresses added or removed, lease, label) without touching the addresses that
         * stay; adds and removes at once what differs if bound.
         *
         * @throws IOException as {@link #bind}
         */
        void update(Addresses addresses) throws IOException;

        /** Releases if need be and forgets everything. */
        void close() throws IOException;
    }

    /** What a binding tells its virtual host. Any thread. */
    @ProviderType
    interface Listener {
        /** An address disappeared while bound and was put back. */
        void restored(String address);

        /** An address was gone because its lease had run out, which was not renewed in time, and was put back. */
        default void expired(String address) {
            restored(address);
        }

        /** An address keeps disappearing, or somebody else put it there: we gave up on it. For a person. */
        void gaveUp(String why);

        /**
         * The addresses will be lost soon, for what keeps them here is not done in time.
         *
         * @param why for a person; empty once it is done again, or when nothing is bound any more
         */
        default void renewalLate(String why) {}

        /**
         * Somebody else on the link says that an address bound here is theirs.
         *
         * @param who and which, for a person; empty once they have been silent for a while, or when nothing is bound any
         *     more
         */
        default void addressContested(String who) {}
    }
}
