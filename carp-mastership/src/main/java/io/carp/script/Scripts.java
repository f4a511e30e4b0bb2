// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which scripts a virtual host runs, and how. Nobody looks here whether they exist: they may appear later.
 *
 * @param up run for each address when MASTER, as by ucarp, or null
 * @param down run for each address when no longer MASTER, as by ucarp, or null
 * @param notice run for each state, as by devd, or null
 * @param before run between the promotion and the addresses, or null
 * @param xparam third argument of up and down, or null
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

    /** By their keys, those that there are. */
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
