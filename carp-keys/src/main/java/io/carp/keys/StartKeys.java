// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static io.carp.keys.Absent.is;
import static io.carp.keys.Allowed.flag;
import static io.carp.keys.Allowed.whole;
import static io.carp.keys.Allowed.words;
import static io.carp.keys.Edit.live;

import io.carp.keys.Allowed.Whole;
import io.carp.keys.Allowed.Words;

/** How a virtual host begins, and what it stays through. */
public final class StartKeys {
    static final Group GROUP = new Group("Start and stay");

    public static final Key<Words> NEUTRAL = GROUP.key(
            "neutral",
            flag(),
            is("false"),
            "the start (INIT → BACKUP) runs no script: neither `downScript` nor `notifyScript` (`ucarp"
                    + " --neutral`). Every later transition does",
            live("stays; counts from the next transition"));

    public static final Key<Words> IGNORE_LINK = GROUP.key(
            "ignoreLink",
            flag(),
            is("false"),
            "a link without carrier, or switched off, is not taken for down (`ucarp -S`). The virtual host"
                    + " goes on, a backup that hears nothing is promoted, what cannot be sent is forgiven and costs no"
                    + " `linkDownDemotion`. A finding says so meanwhile. An interface that is gone, or has no address"
                    + " to speak from, still counts as down",
            live("at once: a master stays if its link is up"));

    public static final Key<Whole> PAUSE_TOLERANCE = GROUP.key(
            "pauseTolerance",
            whole("seconds", 0, 60),
            is(2),
            "for how long a master goes on advertising while its Java process stands still. As for the garbage collector or a"
                    + " heap dump: the kernel sends advertisements that were signed before (transport `raw`, Linux 5.18"
                    + " with io_uring). At the end it hands over. Not longer than the lease of the addresses lasts, nor"
                    + " for more than 340 advertisements. Of no effect where peers wait that long anyhow. A process that"
                    + " is killed or stopped is silent at once. 0: off",
            live("stays; counts from the next advertisement"));

    public static final Key<Whole> STARTUP_DELAY = GROUP.key(
            "startupDelay",
            whole("seconds", 0, 3600),
            is(0),
            "how long a virtual host that starts takes no part: INIT, and no promotion, whatever it hears"
                    + " (keepalived: `vrrp_startup_delay`). Counts from the moment it could have started first, not"
                    + " from each return of its link; another `vhid` or `interface` is a new start",
            live("stays. Counts from the same start: if that much has passed, it begins at once"));

    public static final Key<Whole> PREEMPT_DELAY = GROUP.key(
            "preemptDelay",
            whole("seconds", 0, 3600),
            is(0),
            "with `preempt`: how long a living slower master is left alone (keepalived: `preempt_delay`). That counts"
                    + " from our start, or from the first sight of it. It is preempted by its first advertisement"
                    + " after that. A master that is dead, bows out, or is so slow as to be bound to time out is"
                    + " taken over at once",
            live("stays. Counts from the same sight"));

    public static final Key<Words> FAMILY_RULE = GROUP.key(
            "familyRule",
            words("any", "all"),
            is("all"),
            "with IPv4 and IPv6 addresses: whose silence for a master-down time promotes a backup. That of `any`"
                    + " family, as with the BSDs; or of `all`. A family whose link is down here, or that has no"
                    + " address to speak from, is not silent",
            live("as `advbase`"));

    private StartKeys() {}
}
