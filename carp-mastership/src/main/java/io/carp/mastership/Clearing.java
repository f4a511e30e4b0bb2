// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.mastership.Reign.Clearance;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands between a promotion and its addresses: the before script, then the hooks. */
final class Clearing {
    private final List<Saying> say;
    private boolean hooksWanted;

    Clearing(List<Saying> say) {
        this.say = say;
    }

    /** Says whether a hook wants to do something before addresses come up, as of now. */
    void hooks(boolean wanted) {
        hooksWanted = wanted;
    }

    /** @return how long the before script may delay what follows, in nanoseconds */
    long begin(Reign next, MastershipSettings settings, long now) {
        if (settings.scripts().before() == null) {
            askHooks(next, settings, now);
            return 0;
        }
        long patience = settings.scripts().timeoutNanos();
        next.clearance = Clearance.SCRIPT;
        next.patienceEnds = now + patience;
        next.late = settings.scripts().lateBefore();
        return patience;
    }

    private void askHooks(Reign next, MastershipSettings settings, long now) {
        next.hooksOwed = hooksWanted;
        next.clearance = next.hooksOwed ? Clearance.HOOKS : Clearance.GIVEN;
        next.patienceEnds = next.hooksOwed ? now + settings.hookTimeoutNanos() : Decision.NEVER;
    }

    /** @param matters whether it is still the wish */
    void scriptAnswered(
            Reign asked, @Nullable Throwable failure, boolean matters, MastershipSettings settings, long now) {
        answered(asked, failure, matters, settings);
        if (asked.clearance == Clearance.GIVEN) {
            askHooks(asked, settings, now);
        }
    }

    /** @param matters whether it is still the wish */
    void answered(Reign of, @Nullable Throwable failure, boolean matters, MastershipSettings settings) {
        of.clearance = Clearance.GIVEN;
        of.patienceEnds = Decision.NEVER;
        if (failure == null || !matters) {
            return;
        }
        if (settings.bindInSpiteOfFailure()) {
            say.add(new Saying.Overruled(failure));
        } else {
            of.clearance = Clearance.REFUSED;
            say.add(new Saying.BeforeFailed(of.number, failure));
        }
    }

    /** Hooks have taken too long: the addresses come up without them. */
    static void overran(Reign hooks) {
        hooks.clearance = Clearance.GIVEN;
        hooks.patienceEnds = Decision.NEVER;
    }
}
