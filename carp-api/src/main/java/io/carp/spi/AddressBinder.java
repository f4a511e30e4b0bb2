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

    /**
     * Whether it runs {@code upScript} and {@code downScript} itself, so that the engine does not. Any thread may call.
     */
    default boolean runsScripts() {
        return false;
    }

    /**
     * A handle for the addresses of one virtual host. This does nothing to the system and never fails. Any thread may
     * call.
     *
     * @param addresses which addresses, of which virtual host, and how to bind them
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
         * Called before the virtual host takes part. Afterwards no address of ours is left from an earlier process, and
         * none of anybody else's is in the way.
         *
         * @throws AddressInUseException if somebody else has configured one of the addresses
         * @throws IOException if the addresses cannot be managed at all; the message says which privilege is missing
         */
        void prepare() throws IOException;

        /**
         * Binds all addresses. If it fails, none is left bound.
         *
         * @param why the change of state that it is for
         * @throws AddressInUseException if somebody else has configured one of the addresses, which was not touched
         * @throws IOException with a sentence for the operator
         */
        void bind(Change why) throws IOException;

        /**
         * Tells the link which machine has the addresses (gratuitous ARP, unsolicited neighbour advertisement). Does
         * nothing if they are not bound. The binder itself logs a failure.
         */
        void announce();

        /**
         * Releases all addresses that are ours; what is not ours stays.
         *
         * @param why the change of state that it is for
         */
        void unbind(Change why) throws IOException;

        /**
         * Says that a MASTER is about to advertise, so that addresses with a short lease ({@link
         * Addresses#advertisementNanos()}) work when it has. It comes before the first advertisement of a mastership, and so
         * before {@link #bind}. Called on the loop thread: does not block and allocates nothing.
         *
         * @param nanoTime the time, by {@link Loop#nanoTime()}
         * @param intervalNanos between this advertisement and the next
         */
        default void advertising(long nanoTime, long intervalNanos) {}

        /**
         * Says that the last advertisement of a mastership has left, which may ask for a successor at once. Addresses with a
         * short lease stay at work for a moment, until {@link #unbind}. Called on the loop thread: does not block and
         * allocates nothing.
         */
        default void handsOver() {}

        /**
         * Says that an advertisement has left, so that the lease of the addresses may be renewed. It is called on the
         * loop thread for every advertisement, so it must not block and must allocate nothing. A renewal that is due
         * must run after any unbind that was asked for before.
         *
         * @param nanoTime when the advertisement left, by {@link Loop#nanoTime()}
         */
        void advertised(long nanoTime);

        /**
         * Why the addresses may be gone though nobody released them: what keeps them here is not done any more. Whoever hears
         * that stops to advertise and lets a peer serve. Called on the loop thread before an advertisement of a MASTER: does
         * not block and, while they are held, allocates nothing.
         *
         * @param nanoTime the time, by {@link Loop#nanoTime()}
         * @return for a person; empty while they are held, and while nothing is bound
         */
        default String lapsed(long nanoTime) {
            return "";
        }

        /**
         * For how long the addresses stay here though this process does nothing from now on. Called on the loop thread, when an
         * advertisement has just left: does not block, and allocates nothing.
         *
         * @param nanoTime the time, by {@link Loop#nanoTime()}
         * @return nanoseconds; {@link Long#MAX_VALUE} if nothing takes them away
         */
        default long outlastsNanos(long nanoTime) {
            return Long.MAX_VALUE;
        }

        /**
         * Takes over other settings (addresses added or removed, lease, label) without touching the addresses that
         * stay. If the addresses are bound, it adds and removes at once what differs.
         *
         * @throws IOException as {@link #bind}
         */
        void update(Addresses addresses) throws IOException;

        /** Releases the addresses if need be, and forgets everything. */
        void close() throws IOException;
    }

    /** What a binding tells its virtual host. Any thread may call. */
    @ProviderType
    interface Listener {
        /** Somebody removed an address while it was bound, and it was put back. Not told of one that went with its interface. */
        void restored(String address);

        /** An address was gone because its lease had not been renewed in time, and was put back. */
        default void expired(String address) {
            restored(address);
        }

        /**
         * An address keeps disappearing, or somebody else has put it there, so we gave it up. The sentence is for a
         * person.
         */
        void gaveUp(String why);

        /**
         * The addresses will be lost soon, because what keeps them here is not done in time.
         *
         * @param why for a person; empty once it is done again, or when nothing is bound any more
         */
        default void renewalLate(String why) {}

        /**
         * Addresses with a short lease work whether advertisements leave or not, because the system cannot do better.
         *
         * @param why for a person, with what to do; empty once it can, or when there is no short lease any more
         */
        default void unguarded(String why) {}

        /**
         * Another machine on the link claims an address that is bound here.
         *
         * @param who which machine and which address, for a person; empty once it has been silent for a while, or when
         *     nothing is bound any more
         */
        default void addressContested(String who) {}
    }
}
