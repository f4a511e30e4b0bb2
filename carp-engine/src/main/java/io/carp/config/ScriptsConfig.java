// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.Key;
import io.carp.keys.ScriptKeys;
import io.carp.keys.WrittenText;
import io.carp.script.Scripts;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of scripts. */
final class ScriptsConfig {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private ScriptsConfig() {}

    /** @param base where relative paths start */
    static Scripts parse(CfgValues values, Path base) throws ConfigurationRefused {
        int timeout = values.whole(ScriptKeys.TIMEOUT);
        return new Scripts(
                path(values, ScriptKeys.UP, base),
                path(values, ScriptKeys.DOWN, base),
                path(values, ScriptKeys.NOTIFY, base),
                path(values, ScriptKeys.BEFORE, base),
                nameable(ScriptKeys.XPARAM, values.text(ScriptKeys.XPARAM)),
                TimeUnit.SECONDS.toMillis(timeout));
    }

    private static @Nullable String path(CfgValues values, Key<?> key, Path base) throws ConfigurationRefused {
        String text = nameable(key, values.text(key));
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
        throw ConfigurationRefused.of(key, text);
    }

    private static @Nullable String nameable(Key<?> key, @Nullable String text) throws ConfigurationRefused {
        String unnameable = text == null ? "" : WrittenText.unnameable(text);
        if (text != null && !unnameable.isEmpty()) {
            throw ConfigurationRefused.of(key, text, unnameable);
        }
        return text;
    }
}
