// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptContext;
import org.jspecify.annotations.Nullable;

/** One stretch of being master: what was promoted, how far it came, and how it ended. */
final class Reign {
    /** What stands between the promotion and the addresses. */
    enum Clearance {
        /** The before script. */
        SCRIPT,
        /** The hooks. */
        HOOKS,
        /** Nothing. */
        GIVEN,
        /** One of them failed. */
        REFUSED
    }

    /** From 1, a new one each. */
    final long number;

    /** That it has begun. */
    final Saying.Event begin;

    Clearance clearance = Clearance.GIVEN;

    /** When the script or the hooks that it waits for have taken too long. */
    long patienceEnds = Decision.NEVER;

    boolean scriptAsked;

    /** What to say if the before script takes too long. */
    String late = "";

    /** Hooks are to be called before consumers are told anything else of it. */
    boolean hooksOwed;

    boolean bindFailed;

    /** Consumers have been told, successfully or not. */
    boolean told;

    /** That it has ended; null until it is lost. */
    Saying.@Nullable Event end;

    /** When the addresses are released after the end. */
    long releaseAt = Decision.NEVER;

    /** When hooks have taken too long after the end. */
    long endOverruns = Decision.NEVER;

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
