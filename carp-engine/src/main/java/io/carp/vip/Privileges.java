// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.SystemCallException;

/** Tells an operator why the kernel said no. */
final class Privileges {
    private Privileges() {}

    /** The sentence about the capability, if that is what is missing; otherwise the message of the failure. */
    static String explain(Throwable failure, Capabilities needed) {
        if (failure instanceof SystemCallException e && e.errno() == LibC.EPERM) {
            return needed.missing();
        }
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        // This is the kernel's answer to an IPv6 address where net.ipv6.conf.<interface>.disable_ipv6 is set.
        boolean refused = failure instanceof SystemCallException e && e.errno() == LibC.EACCES;
        return refused ? message + "; is IPv6 disabled on that interface?" : message;
    }
}
