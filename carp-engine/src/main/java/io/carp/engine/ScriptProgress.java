// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;

import io.carp.script.Occasion;
import io.carp.script.ScriptCall;
import io.carp.spi.VirtualIp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the scripts have followed the states of a virtual host, and what they are run for next. States that have
 * passed while a script was running are left out, but for one: where an up script was begun, or MASTER was told, that
 * its end is told before the next mastership. Scripts lane only.
 */
final class ScriptProgress {
    /**
     * A state to follow.
     *
     * @param silent it is not reached yet: we are about to give up
     */
    record News(long number, Occasion occasion, boolean silent) {
        boolean isMaster() {
            return occasion.state() == MASTER;
        }
    }

    private final ScriptCare care;
    private final Supplier<VirtualHostConfig> config;
    private final boolean binderRunsScripts;
    private final Predicate<News> isLatest;

    /** For which addresses an up script was begun, and no down script since. */
    private final Set<VirtualIp> up = new LinkedHashSet<>();

    /** The mastership they are up for. */
    private @Nullable News raised;

    /** What the notify script was called for last. */
    private @Nullable News told;

    /** An earlier life may have left something up. */
    private boolean leftovers = true;

    /**
     * @param config as last edited
     * @param binderRunsScripts up and down are the binder's
     * @param isLatest whether there is nothing newer
     */
    ScriptProgress(
            ScriptCare care, Supplier<VirtualHostConfig> config, boolean binderRunsScripts, Predicate<News> isLatest) {
        this.care = care;
        this.config = config;
        this.binderRunsScripts = binderRunsScripts;
        this.isLatest = isLatest;
    }

    /** What an earlier life may have left stays as it is (neutral). */
    void leaveAsFound() {
        leftovers = false;
    }

    /** Takes this state for one that the scripts have followed: there were none until now. */
    void adopt(News present) {
        leftovers = false;
        told = present;
        raised = present.isMaster() ? present : null;
        up.clear();
        if (present.isMaster()) {
            up.addAll(config.get().addresses().virtualIps());
        }
    }

    /**
     * Runs what is due.
     *
     * @param now the latest state
     * @param end the latest that was not MASTER, if there was one
     */
    void follow(News now, @Nullable News end) {
        boolean another = now.isMaster() && !now.equals(raised);
        if (another && end != null) {
            lower(List.of(), end);
            if (told != null && told.isMaster()) {
                tell(end);
            }
        }
        List<VirtualIp> wanted = now.isMaster() ? config.get().addresses().virtualIps() : List.of();
        lower(wanted, now);
        if (now.isMaster()) {
            raised = now;
            raise(wanted, now);
        }
        if (!now.silent() && !isTold(now) && isLatest.test(now)) {
            tell(now);
        }
    }

    private boolean isTold(News news) {
        return told != null
                && (news.isMaster()
                        ? news.equals(told)
                        : told.occasion().state() == news.occasion().state());
    }

    /** Down scripts for all addresses that are up, and for what an earlier life may have left, but for these. */
    private void lower(List<VirtualIp> wanted, News why) {
        if (leftovers && why.occasion().state() == BACKUP) {
            up.addAll(config.get().addresses().virtualIps());
        }
        leftovers &= why.occasion().state() == INIT;
        for (VirtualIp ip : List.copyOf(up)) {
            if (!wanted.contains(ip)) {
                up.remove(ip);
                run(Scripts.DOWN, config.get().scripts().down(), why, ip);
            }
        }
    }

    /** Up scripts for these, as long as it matters. */
    private void raise(List<VirtualIp> wanted, News why) {
        for (VirtualIp ip : wanted) {
            if (isLatest.test(why) && up.add(ip)) {
                run(Scripts.UP, config.get().scripts().up(), why, ip);
            }
        }
    }

    private void tell(News news) {
        told = news;
        Scripts scripts = config.get().scripts();
        if (scripts.notice() != null) {
            care.run(Scripts.NOTIFY, ScriptCall.ofState(scripts.notice(), news.occasion(), scripts.timeoutMillis()));
        }
    }

    private void run(String key, @Nullable String script, News why, VirtualIp ip) {
        Scripts scripts = config.get().scripts();
        if (script != null && !binderRunsScripts) {
            care.run(key, ScriptCall.ofAddress(script, why.occasion(), ip, scripts.xparam(), scripts.timeoutMillis()));
        }
    }
}
