// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.NativeCode;
import io.carp.linux.SystemCallException;

/** Tells an operator why there is no gate, what that means, and what to do. */
final class GateRefusal {
    private GateRefusal() {}

    static String explain(Throwable why) {
        return "the packet filter does not guard the virtual IPs, so if this process dies or stands still, they answer for"
                + " up to 2 s beside those of its successor: " + reason(why) + "; shortLease = false does without";
    }

    private static String reason(Throwable why) {
        if (why instanceof SystemCallException e) {
            return e.errno() == LibC.EPERM
                    ? Capabilities.CAP_NET_ADMIN.missing()
                    : e.getMessage() + "; needed is Linux 5.16 or later with nf_tables and its family netdev"
                            + " (modprobe nf_tables)";
        }
        return why instanceof LinkageError e ? NativeCode.refusal(e) : why.toString();
    }
}
