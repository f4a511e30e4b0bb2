// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.Key;
import io.carp.keys.Printable;

/** A setting that cannot be used. The message names key, value and what is allowed. */
final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigurationRefused(String message) {
        super(Printable.of(message));
    }

    /** {@code key = value: allowed is what its description says}, with a hint at a comment behind it. */
    static ConfigurationRefused of(Key<?> key, String value) {
        return of(key, value, key.allowed().inWords());
    }

    /** Where the description of the key does not say what is wrong with this value. */
    static ConfigurationRefused of(Key<?> key, String value, String allowed) {
        boolean trailingComment = value.contains(" #") || value.contains(" ;");
        return new ConfigurationRefused(key + " = " + value + ": allowed is " + allowed
                + (trailingComment ? " (a comment needs a line of its own)" : ""));
    }
}
