// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import java.io.IOException;

/** Runs scripts. Any thread; calls block. */
public interface Scripting {
    /**
     * Runs it to its end, or kills it when it takes too long.
     *
     * @throws IOException if it cannot be run at all, with a sentence for the operator
     */
    ScriptResult run(ScriptCall call) throws IOException;

    /**
     * Whether it could be run now.
     *
     * @throws IOException if not, with a sentence for the operator
     */
    void check(String script) throws IOException;

    /** Makes the next run as fast as those after it. */
    default void warmUp() {}
}
