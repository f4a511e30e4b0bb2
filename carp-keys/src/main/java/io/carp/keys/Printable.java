// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.util.Locale;
import java.util.regex.Pattern;

/** Text that may come from a damaged file. */
public final class Printable {
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}&&[^\\n\\t]]");

    private Printable() {}

    /** The same without control characters: one NUL, and {@code grep} takes a whole log for binary. */
    public static String of(String text) {
        return CONTROL.matcher(text)
                .replaceAll(control -> String.format(
                        Locale.ROOT, "\\\\u%04x", (int) control.group().charAt(0)));
    }
}
