// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import org.jspecify.annotations.Nullable;

/** Looks after one thing until it is closed. */
interface Watch extends AutoCloseable {
    /** Who wants to know. */
    interface Listener {
        /**
         * Told one after the other, in turns, by whatever thread and with no lock held.
         *
         * @param fault what is wrong, in a few words; null if nothing is
         */
        void heard(@Nullable String fault);
    }

    /** Ends it. To be called in a turn: the listener is told nothing more then. */
    @Override
    void close();
}
