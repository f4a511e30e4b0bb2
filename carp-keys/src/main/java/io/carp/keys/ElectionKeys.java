// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Absent.means;
import static io.carp.keys.Allowed.flag;
import static io.carp.keys.Allowed.text;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Text;
import io.carp.keys.Allowed.Whole;
import io.carp.keys.Allowed.Word;
import io.carp.keys.Allowed.Words;
import java.util.List;

/** Who is master, and how one node knows the advertisements of another. */
public final class ElectionKeys {
    static final Group GROUP = new Group("Election");

    public static final Key<Whole> ADVBASE = GROUP.key(
            "advbase",
            whole("seconds", 0, 255),
            is(1),
            "time between two advertisements of a master",
            live("stays. A master advertises at once; a backup waits anew"));

    public static final Key<Whole> ADVSKEW = GROUP.key(
            "advskew",
            whole("1/256 s", 0, 254),
            is(0),
            "added to `advbase`. The lower sum is the better master",
            live("as `advbase`"));

    public static final Key<Words> PREEMPT = GROUP.key(
            "preempt", flag(), is("false"), "take over from a living master that is slower", live("as `advbase`"));

    public static final Key<Whole> DEAD_RATIO = GROUP.key(
            "deadRatio",
            whole(1, 255),
            is(3),
            "after how many silent `advbase` the master is down (`ucarp -r`). Master-down time = advbase ·"
                    + " deadRatio + advskew/256 s; with `advbase = 0`: deadRatio · advskew/256 s",
            live("as `advbase`"));

    public static final Key<Words> DEMOTION_STYLE = GROUP.key(
            "demotionStyle",
            new Words(List.of(new Word("advskew", "FreeBSD, ucarp"), new Word("header", "OpenBSD"))),
            is("advskew"),
            "how a demoted node says so. `advskew`: added to `advskew`, as FreeBSD and ucarp do. `header`:"
                    + " in byte 4 of the advertisement, compared before everything else, as OpenBSD does: whoever is"
                    + " less demoted wins, with or without `preempt`. The same on every node of the group; `header`"
                    + " only where all are OpenBSD or this",
            live("as `advbase`. Until the last node is edited the nodes weigh demotions differently: edit while"
                    + " none is demoted"));

    public static final Key<Words> DIGEST_ORDER = GROUP.key(
            "digestOrder",
            new Words(List.of(
                    new Word("sorted", "ucarp, FreeBSD from 10 on, OpenBSD"),
                    new Word("configured", "FreeBSD up to 9"))),
            is("sorted"),
            "in which order the virtual IPs are signed. `sorted`: ascending (ucarp, FreeBSD from 10 on,"
                    + " OpenBSD). `configured`: as in `virtualIps`, IPv4 before IPv6, which then has to be the order on"
                    + " every node: FreeBSD up to 9",
            live("stays. Changes the digest: see `digestOverlap`"));

    public static final Key<Text> DIGEST_MAC = GROUP.key(
            "digestMac",
            text("the hardware address of one interface, such as `02:00:00:00:00:07`"),
            means("none"),
            "the `lladdr` that OpenBSD peers were given by hand. They sign the hardware address of their"
                    + " carp interface, too, if it was set so (`ifconfig carp0 lladdr …`, the same on all nodes): write"
                    + " it here to be understood by such a group. The virtual MAC 00:00:5e:00:01:vhid is signed by"
                    + " nobody",
            live("stays. Changes the digest: see `digestOverlap`"));

    public static final Key<Whole> DIGEST_OVERLAP = GROUP.key(
            "digestOverlap",
            whole("seconds", 0, 3600),
            is(60),
            "for how long after an edit of `pass`, `passFile`, `virtualIps`, `digestOrder`, `digestMac` or"
                    + " the seal those of before are accepted, too. For the first half they are still the ones we send",
            live("counts from the next edit that changes the digest, which may be the one that changes this"));

    private ElectionKeys() {}
}
