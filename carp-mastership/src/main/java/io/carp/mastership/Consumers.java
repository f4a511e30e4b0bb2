// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;
import io.carp.VirtualHost;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bundles that live by the mastership of one virtual host. What is not called on the loop is called by one worker, one at
 * a time but for what was given up, and may block. Where there are no hooks there is nothing to implement but the two
 * that register and unregister.
 */
public interface Consumers {
    /** Whether a hook wants to do something before the addresses come up. Loop thread only. */
    default boolean hasHooks() {
        return false;
    }

    /** Calls the hooks before the addresses come up. The first failure ends this. */
    default void acquiring(VirtualHost host) throws Exception {}

    /**
     * The consumer that is called right now has taken too long: stop it if it can be stopped, and name it. Loop thread
     * only.
     */
    default void overran(VirtualHost host) {}

    /**
     * Nobody waits any more for whoever is called right now: the next call comes beside it, from another thread. Loop
     * thread.
     *
     * @return tells who it is and where, and may take its time; null if nobody is being called
     */
    default @Nullable Supplier<String> abandon() {
        return null;
    }

    /** Registers {@code Mastership}; DS components come up on this thread. */
    void register(VirtualHost host);

    /** Unregisters {@code Mastership}; DS components go down on this thread. */
    void unregister();

    /** As {@link #unregister}, but beside the worker, which the loop cannot ask for it now. Any thread. */
    default void withdraw() {
        unregister();
    }

    /** Calls the hooks after the addresses are gone. */
    default void released(VirtualHost host, Reason why) {}
}
