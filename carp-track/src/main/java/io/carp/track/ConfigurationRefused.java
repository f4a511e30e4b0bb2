// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

/** A setting that cannot be used. The message names key, value and what is allowed. */
final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigurationRefused(String message) {
        super(message);
    }

    static ConfigurationRefused of(String key, String value, String allowed) {
        boolean trailingComment = value.contains(" #") || value.contains(" ;");
        return new ConfigurationRefused(key + " = " + value + ": allowed is " + allowed
                + (trailingComment ? " (a comment needs a line of its own)" : ""));
    }
}
