// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Absent.unwritten;
import static io.carp.keys.Allowed.flag;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Allowed.words;
import static io.carp.keys.Edit.live;
import static io.carp.keys.Edit.startsAnew;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;
import io.carp.keys.Allowed.Words;

/** What carries the advertisements and where to, and how long others may take. */
public final class LinkKeys {
    static final Group GROUP = new Group("Link and consumers");

    public static final Key<Text> TRANSPORT = GROUP.key(
            "transport.target",
            text("an OSGi filter"),
            is("(carp.transport=raw)"),
            "what carries the advertisements: `(carp.transport=raw)`, `(carp.transport=udp)`. The same on"
                    + " every node: nothing falls back to `udp` by itself",
            startsAnew(", as with `binder.target`"));

    public static final Key<Text> MULTICAST_GROUP = GROUP.key(
            "group",
            text("a multicast address 224.0.0.0..239.255.255.255"),
            unwritten("224.0.0.18"),
            "the IPv4 multicast group the advertisements go to, and the only one they are taken from. The"
                    + " same on every node",
            live("stays; from the next advertisement"));

    public static final Key<Text> MULTICAST_GROUP6 = GROUP.key(
            "group6",
            text("an IPv6 multicast address ff00::/8"),
            unwritten("ff02::12"),
            "the IPv6 multicast group the advertisements go to, and the only one they are taken from. The"
                    + " same on every node",
            live("stays; from the next advertisement"));

    public static final Key<Words> BROADCAST = GROUP.key(
            "broadcast",
            flag(),
            is("false"),
            "the frames are addressed to everybody on the link, for switches that lose multicast. The IP"
                    + " packet in them still goes to the group (`ucarp -M`). What is heard makes no difference: nodes"
                    + " with and without understand each other",
            live("stays; from the next advertisement"));

    public static final Key<Text> PEERS = GROUP.key(
            "peers",
            text("unicast addresses in digits, such as `10.0.0.2`, `fd00::2` or `fe80::2%eth0`, separated by commas;"
                    + " no names, no ports, no multicast addresses"),
            means("none: multicast"),
            "unicast: each advertisement goes to these addresses instead of a group, and only they are"
                    + " listened to. In digits, no names. What is this node's own in the list is left out, so that all"
                    + " nodes can have the same. A list of nothing else is that of a first node: it serves, with a finding"
                    + " that nobody would take over",
            live("stays; from the next advertisement"));

    public static final Key<Text> SOURCE = GROUP.key(
            "source",
            text("unicast addresses in digits, one of each family that is spoken at most;"
                    + " no names, no ports, no multicast addresses"),
            means("the first IPv4 address of the interface; its link-local IPv6 address;"
                    + " for IPv6 peers that are not link-local its first other one"),
            "the address the advertisements leave from. The interface must have it",
            live("stays as long as the interface has the address"));

    public static final Key<Whole> HOOK_TIMEOUT = GROUP.key(
            "hookTimeout",
            whole("seconds", 1, 3600),
            is(5),
            "how long hooks may hold the address back, and how long consumers and `downScript` may hold up"
                    + " an orderly give-up",
            live("used from then on"));

    public static final Key<Words> BEFORE_FAILURE = GROUP.key(
            "beforeFailure",
            words("stepDown", "bind"),
            is("stepDown"),
            "what a `beforeScript` that fails, or a `MastershipHook` that throws in `acquiring`, means:"
                    + " `stepDown`, hand over to a peer; `bind`, log it and serve",
            live("used from then on"));

    private LinkKeys() {}
}
