// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.util.Set;

/**
 * How a virtual host begins, and what it stays through.
 *
 * @param neutral the first INIT → BACKUP runs no script of ours, neither {@code downScript} nor {@code notifyScript}
 *     (ucarp --neutral): a start leaves the machine as it found it. Every later transition runs them. Whoever runs
 *     scripts reads it with each transition, so that an edit counts from the next one
 */
record StartAndStay(boolean neutral) {
    /** What holds unless a key says otherwise. */
    static final StartAndStay USUAL = new StartAndStay(false);

    static final Set<String> KEYS = Set.of("neutral");

    static StartAndStay parse(Values values) throws ConfigurationRefused {
        return new StartAndStay(values.bool("neutral", USUAL.neutral));
    }
}
