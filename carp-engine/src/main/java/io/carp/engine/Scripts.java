// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
record Scripts(
        @Nullable String up,
        @Nullable String down,
        @Nullable String notice,
        @Nullable String before,
        @Nullable String xparam,
        long timeoutMillis) {

    static final String UP = "upScript";
    static final String DOWN = "downScript";
    static final String NOTIFY = "notifyScript";
    static final String BEFORE = "beforeScript";
    static final Set<String> KEYS = Set.of(UP, DOWN, NOTIFY, BEFORE, "xparam", "scriptTimeout");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** @param base where relative paths start */
    static Scripts parse(Values values, Path base) throws ConfigurationRefused {
        int timeout = values.integer("scriptTimeout", 1, 3600, 10);
        return new Scripts(
                path(values, UP, base),
                path(values, DOWN, base),
                path(values, NOTIFY, base),
                path(values, BEFORE, base),
                values.text("xparam"),
                TimeUnit.SECONDS.toMillis(timeout));
    }

    /** By their keys, those that there are. */
    Map<String, String> paths() {
        Map<String, String> paths = new LinkedHashMap<>();
        put(paths, UP, up);
        put(paths, DOWN, down);
        put(paths, NOTIFY, notice);
        put(paths, BEFORE, before);
        return paths;
    }

    /** Whether there is none to run. */
    boolean isEmpty() {
        return up == null && down == null && notice == null && before == null;
    }

    long timeoutNanos() {
        return TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    private static void put(Map<String, String> paths, String key, @Nullable String path) {
        if (path != null) {
            paths.put(key, path);
        }
    }

    private static @Nullable String path(Values values, String key, Path base) throws ConfigurationRefused {
        String text = values.text(key);
        if (text == null) {
            return null;
        }
        try {
            if (!CONTROL.matcher(text).find() && !text.endsWith("/")) {
                return base.resolve(text).toString();
            }
        } catch (InvalidPathException e) {
            // Said below, with what is allowed.
        }
        throw ConfigurationRefused.of(
                key, text, "the path of an executable file, best an absolute one, such as /etc/carp/" + key);
    }
}
