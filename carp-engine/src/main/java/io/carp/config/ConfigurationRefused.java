// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.Key;
import io.carp.keys.Printable;

/** A setting that cannot be used. The message names key, value and what is allowed; never a secret. */
public final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean mayPass;

    public ConfigurationRefused(String message) {
        this(message, false);
    }

    /** @param mayPass whether it may become right without an edit: a file that it names may appear */
    ConfigurationRefused(String message, boolean mayPass) {
        super(Printable.of(message));
        this.mayPass = mayPass;
    }

    /** Whether it is worth while to try the same configuration again. */
    public boolean mayPass() {
        return mayPass;
    }

    /** {@code key = value: allowed is what its description says}. */
    static ConfigurationRefused of(Key<?> key, String value) {
        return of(key, value, key.allowed().inWords());
    }

    /** {@code key = value: what is allowed}, with a hint at the trap that cfg files have no trailing comments. */
    static ConfigurationRefused of(Key<?> key, String value, String allowed) {
        boolean trailingComment = value.indexOf('#') > 0 || value.indexOf(';') > 0;
        return new ConfigurationRefused(key + " = " + value + ": allowed is " + allowed
                + (trailingComment ? " (a comment needs a line of its own)" : ""));
    }
}
