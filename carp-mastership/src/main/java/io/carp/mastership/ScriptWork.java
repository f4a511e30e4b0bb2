// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.mastership.Reign.Clearance;
import io.carp.script.ScriptContext;
import io.carp.script.Scripts;
import io.carp.spi.VirtualIp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the worker of the scripts does, and its next deed. */
final class ScriptWork {
    private final ScriptLedger ledger;
    private Deed.@Nullable OnScripts busy;

    /** The mastership for which the before script is running. */
    private @Nullable Reign asking;

    /** A state that the scripts follow once the addresses of the one before are released. */
    private @Nullable ScriptContext reached;

    /** The mastership that is being given up, as far as scripts know. */
    private @Nullable Reign ending;

    /** Whether it has down scripts to run before its end. */
    private boolean runsDown;

    ScriptWork(MastershipSettings settings) {
        ledger = new ScriptLedger(settings);
    }

    void edit(Scripts scripts) {
        ledger.edit(scripts);
    }

    void addresses(List<VirtualIp> virtualIps) {
        ledger.addresses(virtualIps);
    }

    /** Follows a state other than MASTER. */
    void reach(ScriptContext occasion) {
        reached = occasion;
    }

    /** Follows MASTER, once the addresses are bound. */
    void serve(ScriptContext occasion) {
        ledger.follow(occasion, false);
    }

    boolean isBusy() {
        return busy != null;
    }

    /** Whether the down scripts that have to run before this mastership is given up have run. */
    boolean areDown(@Nullable Reign reign) {
        return reign == null || (reign.equals(ending) && !runsDown);
    }

    /**
     * The next deed, if it is idle and there is one.
     *
     * @param reign the wish
     * @param leaving the state that the wish is about to become; null if it is to stay
     * @param consumersDown whether consumers no longer need what the scripts did
     * @param released whether no mastership has the addresses
     */
    Deed.@Nullable OnScripts next(
            @Nullable Reign reign, @Nullable ScriptContext leaving, boolean consumersDown, boolean released) {
        ScriptContext state = reached;
        if (state != null && released) {
            reached = null;
            ledger.follow(state, false);
        }
        if (leaving == null) {
            ending = null;
            runsDown = false;
        } else if (reign != null && consumersDown && !reign.equals(ending)) {
            ending = reign;
            runsDown = ledger.hasToLeave();
            if (runsDown) {
                ledger.follow(leaving, true);
            }
        }
        if (busy != null) {
            return null;
        }
        Deed.OnScripts next = ledger.next();
        runsDown &= next != null;
        if (next == null && reign != null && leaving == null && reached == null && waitsForScript(reign)) {
            next = ledger.before(Reign.occasion(reign.begin));
            reign.scriptAsked = true;
            asking = next == null ? null : reign;
        }
        busy = next;
        return next;
    }

    private static boolean waitsForScript(Reign reign) {
        return reign.clearance == Clearance.SCRIPT && !reign.scriptAsked;
    }

    /** Whether an edit took the before script away while the mastership waited for its turn. */
    boolean askNobody(Reign reign) {
        return reign.clearance == Clearance.SCRIPT && reign.scriptAsked && !reign.equals(asking);
    }

    /**
     * Says that the deed is done.
     *
     * @return the mastership that waits for the answer of the before script, if it was that one
     */
    @Nullable
    Reign done() {
        Reign asked = asking;
        busy = null;
        asking = null;
        return asked;
    }

    /** Such as {@code told BACKUP, up 1, to follow MASTER}. */
    @Override
    public String toString() {
        return ledger
                + (reached == null ? "" : ", reached " + reached.state())
                + (ending == null ? "" : ", ending " + ending.number + (runsDown ? " downwards" : ""))
                + (busy == null ? "" : ", " + busy)
                + (asking == null ? "" : " for " + asking.number);
    }
}
