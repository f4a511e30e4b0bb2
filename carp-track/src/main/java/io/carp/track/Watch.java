// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import org.jspecify.annotations.Nullable;

/** Looks after one thing until it is closed. */
interface Watch extends AutoCloseable {
    /** Is told what a watch finds. */
    interface Listener {
        /**
         * Called for one result after the other, in turns, by any thread and with no lock held.
         *
         * @param fault what is wrong, in a few words; null if nothing is
         */
        void heard(@Nullable String fault);

        /**
         * A check does not come back, though it was interrupted; called as {@link #heard}.
         *
         * @param where where it is, for a person; empty when it has come back or is of no interest any more
         */
        default void hangs(String where) {}
    }

    /** Ends the watch. Call this in a turn; the listener is told nothing more after it. */
    @Override
    void close();
}
