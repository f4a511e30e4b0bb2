// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which scripts a virtual host runs, and how. They need not exist yet, since they may appear later.
 *
 * @param up the script that is run for each address when MASTER, as ucarp does; null for none
 * @param down the script that is run for each address when no longer MASTER, as ucarp does; null for none
 * @param notice the script that is run for each state, as devd does; null for none
 * @param before the script that is run between the promotion and the addresses; null for none
 * @param xparam the third argument of up and down; null for none
 * @param timeoutMillis after how many milliseconds a script is killed
 */
public record Scripts(
        @Nullable String up,
        @Nullable String down,
        @Nullable String notice,
        @Nullable String before,
        @Nullable String xparam,
        long timeoutMillis) {

    public static final String UP = "upScript";
    public static final String DOWN = "downScript";
    public static final String NOTIFY = "notifyScript";
    public static final String BEFORE = "beforeScript";

    /** The scripts that there are, by their keys. */
    public Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        put(paths, UP, up);
        put(paths, DOWN, down);
        put(paths, NOTIFY, notice);
        put(paths, BEFORE, before);
        return paths;
    }

    /** Whether there is none to run. */
    public boolean isEmpty() {
        return up == null && down == null && notice == null && before == null;
    }

    public long timeoutNanos() {
        return TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /** What to say when the before script has taken too long. */
    public String lateBefore() {
        return BEFORE + " = " + before + " did not end within " + timeoutMillis / 1000 + " s (scriptTimeout)";
    }

    private static void put(Map<String, String> paths, String key, @Nullable String path) {
        if (path != null) {
            paths.put(key, path);
        }
    }
}
