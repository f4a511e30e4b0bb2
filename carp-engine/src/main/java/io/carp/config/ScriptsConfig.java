// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.script.Scripts;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings of scripts. */
final class ScriptsConfig {
    static final Set<String> KEYS =
            Set.of(Scripts.UP, Scripts.DOWN, Scripts.NOTIFY, Scripts.BEFORE, "xparam", "scriptTimeout");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private ScriptsConfig() {}

    /** @param base where relative paths start */
    static Scripts parse(CfgValues values, Path base) throws ConfigurationRefused {
        int timeout = values.integer("scriptTimeout", 1, 3600, 10);
        return new Scripts(
                path(values, Scripts.UP, base),
                path(values, Scripts.DOWN, base),
                path(values, Scripts.NOTIFY, base),
                path(values, Scripts.BEFORE, base),
                values.text("xparam"),
                TimeUnit.SECONDS.toMillis(timeout));
    }

    private static @Nullable String path(CfgValues values, String key, Path base) throws ConfigurationRefused {
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
