// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.flag;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.words;
import static io.carp.keys.Edit.live;
import static io.carp.keys.Edit.startsAnew;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Words;

/** How the addresses are bound. */
public final class AddressKeys {
    static final Group GROUP = new Group("Addresses");

    public static final Key<Text> BINDER = GROUP.key(
            "binder.target",
            text("an OSGi filter"),
            is("(carp.binder=netlink)"),
            "who binds the addresses: `(carp.binder=netlink)`, `(carp.binder=script)`, `(carp.binder=none)`",
            startsAnew(". With a binder that is not there the virtual host vanishes from `carp:status`"
                    + " until it is, and the log names the filter"));

    public static final Key<Words> LEASE = GROUP.key(
            "lease",
            flag(),
            is("true"),
            "the kernel drops the address unless we renew it: after max(1, 3·advbase − 1) s",
            live("stays; the address is renewed with the new life time"));

    public static final Key<Words> SHORT_LEASE = GROUP.key(
            "shortLease",
            words("auto", "true", "false"),
            is("auto"),
            "the packet filter lets the address work only while our own advertisements leave, and for two and a half"
                    + " intervals after the last. `auto` is `true` with `advbase = 0` and a lease. Needs"
                    + " `lease = true` and the binder `netlink`",
            live("stays; the gate is built or removed around the address"));

    public static final Key<Text> LABEL = GROUP.key(
            "label",
            text("at most 15 characters without blanks, such as `eth0:web`"),
            means("none"),
            "`IFA_LABEL` of IPv4 addresses, for old tools",
            live("stays; used the next time the address is bound"));

    public static final Key<Words> VIRTUAL_MAC = GROUP.key(
            "virtualMac",
            flag(),
            is("false"),
            "the addresses are at the hardware address 00:00:5e:00:01:vhid on every node, as with the BSDs"
                    + " and VRRP. So neighbours learn nothing new at a failover: see below. Needs the binder `netlink`",
            startsAnew(""));

    private AddressKeys() {}
}
