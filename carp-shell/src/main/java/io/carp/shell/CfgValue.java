// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.util.Locale;

/**
 * A value as it has to stand in a Karaf .cfg file so that it arrives unchanged. Three readers take it apart on its way,
 * so it is packed in the opposite order: for the interpolation plugin of ConfigAdmin ({@code $[…]}), for the
 * substitution of FileInstall ({@code ${…}}), and for the file format (backslashes, blanks at the edges, non-ASCII).
 */
final class CfgValue {
    private CfgValue() {}

    /**
     * @param literal the value that the engine is to get
     * @return ASCII, one line
     * @throws IllegalArgumentException for what a cfg file cannot say; the message is a sentence without the value
     */
    static String written(String literal) {
        if (literal.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException("a value is one line: it cannot contain a line break");
        }
        if (literal.contains("\\$[")) {
            // The plugin takes a doubled backslash for an unescaped placeholder, so no spelling of this survives it.
            throw new IllegalArgumentException(
                    "a backslash right before $[ cannot be written in a cfg file; a pass may go to a passFile, which is literal");
        }
        return forFile(forSubstitution(literal.replace("$[", "\\$[")));
    }

    private static String forSubstitution(String value) {
        // FileInstall turns $__ into $, whatever stands around it.
        return value.replace("$__", "$____").replace("\\", "\\\\").replace("${", "$\\{");
    }

    private static String forFile(String value) {
        StringBuilder written = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean blankAtTheEdge = c == ' ' && (i == 0 || i == value.length() - 1);
            if (c == '\\') {
                written.append("\\\\");
            } else if (c < ' ' || c > '~' || blankAtTheEdge) {
                // An escape does not depend on the encoding that FileInstall is set to.
                written.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                written.append(c);
            }
        }
        return written.toString();
    }
}
