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
 * How far the scripts have followed the states of a virtual host, and which script is run next. States that have passed
 * while a script was running are left out, with one exception: where an up script was begun, or MASTER was told, the
 * end of that is told before the next mastership.
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

    /** The addresses for which the up script is run. An edit of them counts once the binder has taken it over. */
    private List<VirtualIp> ips;

    private long number;
    private @Nullable News latest;
    /** The latest state that is not MASTER. */
    private @Nullable News ending;
    /** The addresses for which an up script was begun, and no down script since. */
    private final Set<VirtualIp> up = new LinkedHashSet<>();
    /** The mastership that they are up for. */
    private @Nullable News raised;
    /** The state for which the notify script was called last. */
    private @Nullable News told;
    /** Whether an earlier process may have left something up. */
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
            // The first scripts begin with the present state.
            leftovers = false;
            told = present;
            raised = present.isMaster() ? present : null;
            up.clear();
            if (present.isMaster()) {
                up.addAll(ips);
            }
        }
    }

    /** Says that the binder has these addresses by now. */
    void addresses(List<VirtualIp> virtualIps) {
        ips = virtualIps;
    }

    /** Follows a state that is reached, or is about to be. */
    void follow(ScriptContext occasion, boolean silent) {
        if (latest == null && occasion.state() == BACKUP && neutral) {
            leftovers = false;
            return;
        }
        News news = new News(++number, occasion, silent);
        latest = news;
        ending = news.isMaster() ? ending : news;
    }

    /** Whether something is up for which a down script has to run when we give up. */
    boolean hasToLeave() {
        return !binderRunsScripts && scripts.down() != null && latest != null && latest.isMaster();
    }

    /** The next script to follow the latest state. What needs no script counts as done. */
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

    /**
     * A down script for an address that is up or that an earlier process may have left up, unless it is among these.
     */
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
