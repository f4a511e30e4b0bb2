// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import java.io.IOException;

/** Runs scripts. Any thread may call; the calls block. */
public interface Scripting {
    /**
     * Runs a script to its end, or kills it when it takes too long.
     *
     * @throws IOException if it cannot be run at all, with a sentence for the operator
     */
    ScriptResult run(ScriptCall call) throws IOException;

    /**
     * Checks whether a script could be run now.
     *
     * @throws IOException if it could not, with a sentence for the operator
     */
    void check(String script) throws IOException;

    /** Makes the next run as fast as those after it. */
    default void warmUp() {}
}
