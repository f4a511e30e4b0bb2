// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptContext;

/** A mastership that we are giving up. We go on being MASTER while consumers and scripts let go. */
final class Leaving {
    /** What we are about to be, and why. */
    final ScriptContext occasion;

    /** When we stop waiting for consumers and scripts. */
    long deadline;

    /** Whether that time has come. */
    boolean forced;

    /** Whether the runner has been told to change the state. */
    boolean said;

    Leaving(ScriptContext occasion, long deadline) {
        this.occasion = occasion;
        this.deadline = deadline;
    }
}
