// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.SystemCallException;

/** What to tell an operator when the kernel says no. */
final class Privileges {
    private Privileges() {}

    /** The sentence about the capability if that is what is missing, else what the failure says itself. */
    static String explain(Throwable failure, Capabilities needed) {
        if (failure instanceof SystemCallException e && e.errno() == LibC.EPERM) {
            return needed.missing();
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        // What the kernel says of an IPv6 address where net.ipv6.conf.<interface>.disable_ipv6 is set.
        boolean refused = failure instanceof SystemCallException e && e.errno() == LibC.EACCES;
        return refused ? message + "; is IPv6 disabled on that interface?" : message;
    }
}
