// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;
import io.carp.VirtualHost;

/**
 * The bundles that depend on the mastership of one virtual host. One worker makes the calls, one at a time, and they
 * may block; only {@link #hasHooks} and {@link #overran} are different.
 */
public interface Consumers {
    /** Whether a hook wants to do something before the addresses come up. Loop thread only. */
    boolean hasHooks();

    /** Calls the hooks before the addresses come up. The first failure ends this. */
    void acquiring(VirtualHost host) throws Exception;

    /**
     * The consumer that is called right now has taken too long: stop it if it can be stopped, and name it. Loop thread
     * only.
     */
    void overran(VirtualHost host);

    /** Registers {@code Mastership}; DS components come up on this thread. */
    void register(VirtualHost host);

    /** Unregisters {@code Mastership}; DS components go down on this thread. */
    void unregister();

    /** Calls the hooks after the addresses are gone. */
    void released(VirtualHost host, Reason why);
}
