// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.means;
import static io.carp.keys.Absent.refused;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;
import static io.carp.keys.Edit.startsAnew;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;

/** What makes a virtual host the one it is, and who may speak for it. */
public final class IdentityKeys {
    static final Group GROUP = new Group("Who and where");

    public static final Key<Text> INTERFACE = GROUP.key(
            "interface",
            text("the name of a network interface, 1..15 characters, such as `eth0`"),
            refused("required"),
            "the network interface it is on. It may appear later. A port of a bridge or a bond counts as"
                    + " down, for all that arrives goes there: name the bridge or the bond",
            startsAnew(" on the other interface"));

    public static final Key<Whole> VHID = GROUP.key(
            "vhid",
            whole(1, 255),
            refused("required"),
            "the number of the virtual host on its link. The same on every node of the group; different from"
                    + " every other CARP group, and VRRP group, of the link",
            startsAnew(""));

    public static final Key<Text> VIRTUAL_IPS = GROUP.key(
            "virtualIps",
            text("unicast addresses such as `10.0.0.100` or `fd00::100`, each with `/prefix` length if wanted,"
                    + " separated by commas"),
            refused("required; may be empty only with `binder.target = (carp.binder=none)`"),
            "the shared addresses, the same on every node. In digits, no names. Without `/prefix` they are"
                    + " /32 and /128. Not what no host can have: loopback, multicast, the network or broadcast address"
                    + " of the prefix",
            live("stays. What is new is bound, what is gone is released, the rest is not touched. Changes the"
                    + " digest: see `digestOverlap`"));

    public static final Key<Text> PASS = GROUP.key(
            "pass",
            text("1..20 bytes in UTF-8 (ucarp and `ifconfig`: 1..19), without a blank at either end"),
            means("one of `pass` and `passFile` is required"),
            "the secret of the group. `pass =` with nothing behind it is the empty secret of the BSDs (20"
                    + " zero bytes): anybody can sign with it, so it gets a finding",
            live("stays. Changes the digest: see `digestOverlap`"));

    public static final Key<Text> PASS_FILE = GROUP.key(
            "passFile",
            text("the path of a file, from Karaf's directory"),
            means(""),
            "a file that holds nothing but the secret. It is taken byte by byte; one line break at its end"
                    + " does not count. Better than `pass`",
            live("as `pass`. Only the *name* is watched: see the traps"));

    private IdentityKeys() {}
}
