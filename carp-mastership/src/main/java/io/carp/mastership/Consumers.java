// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;
import io.carp.VirtualHost;

/** The bundles that live by the mastership of one virtual host. All but {@link #hasHooks} and {@link #overran} are called by one worker, one at a time, and may block. */
public interface Consumers {
    /** Whether anybody wants to do something before the addresses come up. Loop thread. */
    boolean hasHooks();

    /** Calls the hooks before the addresses come up; the first failure ends it. */
    void acquiring(VirtualHost host) throws Exception;

    /** Whoever is called right now has taken too long: stop it if it can be stopped, and name it. Loop thread. */
    void overran(VirtualHost host);

    /** Registers {@code Mastership}; DS components come up on this thread. */
    void register(VirtualHost host);

    /** Unregisters {@code Mastership}; DS components go down on this thread. */
    void unregister();

    /** Calls the hooks after the addresses are gone. */
    void released(VirtualHost host, Reason why);
}
