// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptContext;
import org.jspecify.annotations.Nullable;

/** One stretch of time as master: its promotion, how far it came, and how it ended. */
final class Reign {
    /** What stands between the promotion and the addresses. */
    enum Clearance {
        /** It waits for the before script. */
        SCRIPT,
        /** It waits for the hooks. */
        HOOKS,
        /** Nothing stands in the way any more. */
        GIVEN,
        /** The script or a hook failed. */
        REFUSED
    }

    /** Its number; the first is 1, and each has its own. */
    final long number;

    /** The event of its beginning. */
    final Saying.Event begin;

    Clearance clearance = Clearance.GIVEN;

    /** When the script or the hooks that it waits for have taken too long. */
    long patienceEnds = Decision.NEVER;

    boolean scriptAsked;

    /** What to say if the before script takes too long. */
    String late = "";

    /** Whether hooks have to be called before consumers are told anything else of it. */
    boolean hooksOwed;

    boolean bindFailed;

    /** Whether consumers have been told, successfully or not. */
    boolean told;

    /** The event of its end; null until it is lost. */
    Saying.@Nullable Event end;

    /** When the addresses are released after the end. */
    long releaseAt = Decision.NEVER;

    Reign(long number, Saying.Event begin) {
        this.number = number;
        this.begin = begin;
    }

    boolean isLost() {
        return end != null;
    }

    static ScriptContext occasion(Saying.Event event) {
        return new ScriptContext(
                event.host().name(),
                event.host().vhid(),
                event.host().networkInterface(),
                event.from(),
                event.to(),
                event.why());
    }

    /** Such as {@code 3 HOOKS, owed}. */
    @Override
    public String toString() {
        return number
                + " " + clearance
                + (hooksOwed ? ", hooks owed" : "")
                + (scriptAsked ? ", script asked" : "")
                + (bindFailed ? ", bind failed" : "")
                + (told ? ", told" : "");
    }
}
