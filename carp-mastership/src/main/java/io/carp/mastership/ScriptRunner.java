// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the scripts of one virtual host, and remembers which of them are not as they should be. One worker calls it. */
public interface ScriptRunner {
    /**
     * Runs a script to its end.
     *
     * @param key the key under which it is configured
     * @return why it failed, or null if it ended with 0
     */
    @Nullable
    String run(String key, ScriptCall call);

    /** Checks the scripts that were edited; both maps are the scripts by their keys, before the edit and now. */
    void check(Map<String, String> before, Map<String, String> now);
}
