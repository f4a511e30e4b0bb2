// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.script.ScriptCall;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the scripts of one virtual host, and remembers which of them are not as they should be. Called by one worker. */
public interface ScriptRunner {
    /**
     * Runs one to its end.
     *
     * @param key what it is configured as
     * @return why it failed, or null if it ended with 0
     */
    @Nullable
    String run(String key, ScriptCall call);

    /** Looks at those that were edited: by their keys, those of before and those of now. */
    void check(Map<String, String> before, Map<String, String> now);
}
