// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.time.Instant;

/** Something that others have to know or to do, at once and without blocking. */
public sealed interface Saying {
    /**
     * The event of a transition.
     *
     * @param host the virtual host as it was then
     * @param at when it happened
     */
    record Event(VirtualHost host, CarpState from, CarpState to, Reason why, Instant at) implements Saying {
        @Override
        public String toString() {
            return "event " + to;
        }
    }

    /** The addresses of this mastership are bound. */
    record Bound(long mastership) implements Saying {
        @Override
        public String toString() {
            return "bound " + mastership;
        }
    }

    /** They cannot be bound. */
    record BindFailed(long mastership, IOException why) implements Saying {
        @Override
        public String toString() {
            return "bind failed " + mastership + " (" + why.getMessage() + ")";
        }
    }

    /** Something before the addresses failed, so this node should step down. */
    record BeforeFailed(long mastership, Throwable why) implements Saying {
        @Override
        public String toString() {
            return "before failed " + mastership + " (" + why.getMessage() + ")";
        }
    }

    /** Something before the addresses failed, and they are bound all the same. */
    record Overruled(Throwable why) implements Saying {
        @Override
        public String toString() {
            return "overruled (" + why.getMessage() + ")";
        }
    }

    /** The consumer that the worker is calling has taken too long. */
    record Overran() implements Saying {
        @Override
        public String toString() {
            return "overran";
        }
    }

    /** Nobody should wait any more for this deed: whoever is called may never return. */
    record Overdue(Deed deed) implements Saying {
        @Override
        public String toString() {
            return "overdue (" + deed + ")";
        }
    }

    /** The down scripts took too long, so nobody waits for them any more. */
    record ScriptsLate() implements Saying {
        @Override
        public String toString() {
            return "scripts late";
        }
    }

    /** Consumers have let go, so the state may change now. */
    record Leave() implements Saying {
        @Override
        public String toString() {
            return "leave";
        }
    }

    /** The addresses were released. */
    record Released() implements Saying {
        @Override
        public String toString() {
            return "released";
        }
    }

    /** The addresses could be bound. */
    record Ready() implements Saying {
        @Override
        public String toString() {
            return "ready";
        }
    }

    /** An edit of the addresses was taken over. */
    record Updated(Addresses addresses) implements Saying {
        @Override
        public String toString() {
            return "updated " + addresses.virtualIps();
        }
    }

    /** The addresses cannot be bound. */
    record Unavailable(IOException why) implements Saying {
        @Override
        public String toString() {
            return "unavailable (" + why.getMessage() + ")";
        }
    }

    /** The binder has forgotten the virtual host. */
    record Forgotten() implements Saying {
        @Override
        public String toString() {
            return "forgotten";
        }
    }
}
