// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptContext;
import io.carp.spi.Addresses;
import java.util.Map;

/** One thing to do, for one of the three workers. It may block, and its end is reported to the machine. */
public sealed interface Deed {
    /** For the worker that calls the binder. */
    sealed interface OnAddresses extends Deed {}

    /** For the worker that calls bundles. */
    sealed interface OnConsumers extends Deed {}

    /** For the worker that runs scripts. */
    sealed interface OnScripts extends Deed {}

    /**
     * Checks whether the addresses could be bound: nothing of ours is left, and nothing of anybody else's is in the
     * way.
     */
    record Look() implements OnAddresses {
        @Override
        public String toString() {
            return "look";
        }
    }

    /** Takes over edited addresses. */
    record Update(Addresses addresses) implements OnAddresses {
        @Override
        public String toString() {
            return "update " + addresses.virtualIps();
        }
    }

    /** Binds the addresses for a mastership. */
    record Bind(long mastership, ScriptContext occasion) implements OnAddresses {
        @Override
        public String toString() {
            return "bind " + mastership;
        }
    }

    /** Tells the link that this machine has the addresses. */
    record Announce() implements OnAddresses {
        @Override
        public String toString() {
            return "announce";
        }
    }

    /** Releases the addresses. */
    record Unbind(long mastership, ScriptContext occasion) implements OnAddresses {
        @Override
        public String toString() {
            return "unbind " + mastership;
        }
    }

    /** Forgets the addresses, because the virtual host has ended. */
    record Forget() implements OnAddresses {
        @Override
        public String toString() {
            return "forget";
        }
    }

    /** Calls the hooks before the addresses come up. */
    record Acquire(long mastership, VirtualHost host) implements OnConsumers {
        @Override
        public String toString() {
            return "acquire " + mastership;
        }
    }

    /** Registers the service {@code Mastership}. */
    record Register(long mastership, VirtualHost host) implements OnConsumers {
        @Override
        public String toString() {
            return "register " + mastership;
        }
    }

    /** Unregisters it. */
    record Unregister(long mastership) implements OnConsumers {
        @Override
        public String toString() {
            return "unregister " + mastership;
        }
    }

    /** Calls the hooks after the addresses are gone. */
    record Release(long mastership, VirtualHost host, Reason why) implements OnConsumers {
        @Override
        public String toString() {
            return "release " + mastership;
        }
    }

    /** Checks scripts that were edited; both maps are the scripts by their keys, before the edit and now. */
    record Check(Map<String, String> before, Map<String, String> now) implements OnScripts {
        @Override
        public String toString() {
            return "check " + now.values();
        }
    }

    /** Runs a script, configured under this key. */
    record Run(String key, ScriptCall call) implements OnScripts {
        @Override
        public String toString() {
            return call.toString();
        }
    }
}
