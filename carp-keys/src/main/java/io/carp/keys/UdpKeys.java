// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;

/** Where advertisements go over UDP. */
public final class UdpKeys {
    static final Group GROUP = new Group("The transport udp");

    public static final Key<Text> PEERS = GROUP.key(
            "peers",
            text("addresses in digits, such as `10.0.0.2, fd00::3, [fd00::2]:5113`"),
            means("none: then nothing can be sent, and the virtual hosts stay INIT and say so"),
            "who gets each advertisement. Separated by commas, each with `:port` if it differs; IPv6 with a port in brackets, without one bare",
            live("at once"));

    public static final Key<Whole> PORT = GROUP.key(
            "port",
            whole(1, 65_535),
            is(5112),
            "where we listen, and send to unless a peer says otherwise",
            live("the socket is opened anew"));

    public static final Key<Text> BIND = GROUP.key(
            "bind",
            text("an address in digits, such as `10.0.0.2` or `fd00::2`"),
            means("any"),
            "the local address to listen on and to send from; one process of a machine can have it. Two that"
                    + " are to hear each other: [Two Karafs on one machine](operations.md#two-karafs-on-one-machine)",
            live("the socket is opened anew"));

    private UdpKeys() {}
}
