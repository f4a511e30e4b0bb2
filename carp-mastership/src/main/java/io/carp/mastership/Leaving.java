// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptContext;

/** We want out by ourselves, and go on being MASTER while consumers and scripts let go. */
final class Leaving {
    /** What we are about to be, and why. */
    final ScriptContext occasion;

    /** When nobody waits for consumers and scripts any more. */
    long deadline;

    /** That time has come. */
    boolean forced;

    /** Whoever changes the state has been told to. */
    boolean said;

    Leaving(ScriptContext occasion, long deadline) {
        this.occasion = occasion;
        this.deadline = deadline;
    }
}
