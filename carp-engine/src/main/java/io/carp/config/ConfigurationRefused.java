// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

/** A setting that cannot be used. The message names key, value and what is allowed; never a secret. */
public final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationRefused(String message) {
        super(message);
    }

    /** {@code key = value: what is allowed}, with a hint at the trap that cfg files have no trailing comments. */
    static ConfigurationRefused of(String key, String value, String allowed) {
        boolean trailingComment = value.indexOf('#') > 0 || value.indexOf(';') > 0;
        return new ConfigurationRefused(key + " = " + value + ": allowed is " + allowed
                + (trailingComment ? " (a comment needs a line of its own)" : ""));
    }
}
