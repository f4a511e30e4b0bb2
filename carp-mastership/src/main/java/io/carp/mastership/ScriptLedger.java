// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;

import io.carp.script.ScriptCall;
import io.carp.script.ScriptContext;
import io.carp.script.Scripts;
import io.carp.spi.VirtualIp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far the scripts have followed the states of a virtual host, and which is run next. States that have passed while a
 * script was running are left out, but for one: where an up script was begun, or MASTER was told, its end is told before
 * the next mastership.
 */
final class ScriptLedger {
    /** A state to follow; silent if it is not reached yet, because we are about to give up. */
    private record News(long number, ScriptContext occasion, boolean silent) {
        boolean isMaster() {
            return occasion.state() == MASTER;
        }
    }

    private Scripts scripts;
    private final boolean binderRunsScripts;
    private final boolean neutral;

    /** For these up is run, as soon as the binder has taken over the edit that brought them. */
    private List<VirtualIp> ips;

    private long number;
    private @Nullable News latest;
    /** The latest that is not MASTER. */
    private @Nullable News ending;
    /** For which addresses an up script was begun, and no down script since. */
    private final Set<VirtualIp> up = new LinkedHashSet<>();
    /** The mastership they are up for. */
    private @Nullable News raised;
    /** What the notify script was called for last. */
    private @Nullable News told;
    /** An earlier life may have left something up. */
    private boolean leftovers = true;

    private Map<String, String> checked = Map.of();

    ScriptLedger(MastershipSettings settings) {
        scripts = settings.scripts();
        binderRunsScripts = settings.binderRunsScripts();
        neutral = settings.neutral();
        ips = settings.virtualIps();
    }

    /** An edit. */
    void edit(Scripts edited) {
        boolean first = scripts.isEmpty();
        scripts = edited;
        News present = latest;
        if (first && !edited.isEmpty() && present != null) {
            // The present state is the one that the first scripts begin with.
            leftovers = false;
            told = present;
            raised = present.isMaster() ? present : null;
            up.clear();
            if (present.isMaster()) {
                up.addAll(ips);
            }
        }
    }

    /** The binder has these by now. */
    void addresses(List<VirtualIp> virtualIps) {
        ips = virtualIps;
    }

    /** A state that is reached, or is about to be. */
    void follow(ScriptContext occasion, boolean silent) {
        if (latest == null && occasion.state() == BACKUP && neutral) {
            leftovers = false;
            return;
        }
        News news = new News(++number, occasion, silent);
        latest = news;
        ending = news.isMaster() ? ending : news;
    }

    /** Whether a give-up has something to run down. */
    boolean hasToLeave() {
        return !binderRunsScripts && scripts.down() != null && latest != null && latest.isMaster();
    }

    /** What is to be run next to follow the latest state; what needs no script is taken for done. */
    Deed.@Nullable OnScripts next() {
        if (!scripts.paths().equals(checked)) {
            Map<String, String> before = checked;
            checked = scripts.paths();
            return new Deed.Check(before, checked);
        }
        News now = latest;
        if (now == null || scripts.isEmpty()) {
            return null;
        }
        News end = ending;
        Deed.OnScripts deed = null;
        if (now.isMaster() && !now.equals(raised) && end != null) {
            deed = lower(List.of(), end);
            if (deed == null && told != null && told.isMaster()) {
                deed = tell(end);
            }
        }
        List<VirtualIp> wanted = now.isMaster() ? ips : List.of();
        if (deed == null) {
            deed = lower(wanted, now);
        }
        if (deed == null && now.isMaster()) {
            raised = now;
            deed = raise(wanted, now);
        }
        if (deed == null && !now.silent() && !isTold(now)) {
            deed = tell(now);
        }
        return deed;
    }

    private boolean isTold(News news) {
        return told != null
                && (news.isMaster()
                        ? news.equals(told)
                        : told.occasion().state() == news.occasion().state());
    }

    /** A down script for an address that is up, or that an earlier life may have left, but for these. */
    private Deed.@Nullable OnScripts lower(List<VirtualIp> wanted, News why) {
        if (leftovers && why.occasion().state() == BACKUP) {
            up.addAll(ips);
        }
        leftovers &= why.occasion().state() == INIT;
        for (VirtualIp ip : List.copyOf(up)) {
            if (!wanted.contains(ip)) {
                up.remove(ip);
                Deed.OnScripts deed = run(Scripts.DOWN, scripts.down(), why, ip);
                if (deed != null) {
                    return deed;
                }
            }
        }
        return null;
    }

    private Deed.@Nullable OnScripts raise(List<VirtualIp> wanted, News why) {
        for (VirtualIp ip : wanted) {
            Deed.OnScripts deed = up.add(ip) ? run(Scripts.UP, scripts.up(), why, ip) : null;
            if (deed != null) {
                return deed;
            }
        }
        return null;
    }

    private Deed.@Nullable OnScripts tell(News news) {
        told = news;
        String script = scripts.notice();
        return script == null
                ? null
                : new Deed.Run(Scripts.NOTIFY, ScriptCall.ofState(script, news.occasion(), scripts.timeoutMillis()));
    }

    private Deed.@Nullable OnScripts run(String key, @Nullable String script, News why, VirtualIp ip) {
        return script == null || binderRunsScripts
                ? null
                : new Deed.Run(
                        key,
                        ScriptCall.ofAddress(script, why.occasion(), ip, scripts.xparam(), scripts.timeoutMillis()));
    }

    /** The before script for a promotion. */
    Deed.@Nullable Run before(ScriptContext occasion) {
        String script = scripts.before();
        return script == null
                ? null
                : new Deed.Run(Scripts.BEFORE, ScriptCall.ofState(script, occasion, scripts.timeoutMillis()));
    }

    /** Such as {@code told BACKUP, up [10.0.0.1], follows MASTER}. */
    @Override
    public String toString() {
        News news = latest;
        return "told " + (told == null ? "nothing" : told.occasion().state())
                + (leftovers ? ", leftovers" : "")
                + ", up " + up
                + (news == null ? "" : ", follows " + news.occasion().state() + (news.silent() ? " silently" : ""))
                + (news != null && news.equals(raised) ? ", raised" : "")
                + (news != null && news.equals(told) ? ", told" : "")
                + (ending == null ? "" : ", ended");
    }
}
