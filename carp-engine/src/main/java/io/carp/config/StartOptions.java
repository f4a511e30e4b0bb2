// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.protocol.FamilyRule;
import io.carp.protocol.Patience;
import java.util.Set;

/**
 * How a virtual host begins, and what it stays through.
 *
 * @param neutral the first INIT → BACKUP runs no script of ours, neither {@code downScript} nor {@code notifyScript}
 *     (ucarp --neutral): a start leaves the machine as it found it. Every later transition runs them. Whoever runs
 *     scripts reads it with each transition, so that an edit counts from the next one
 * @param ignoreLink a link that is down is not taken for down (ucarp -S): the machine goes on, what cannot be sent is
 *     forgiven
 * @param patience what the rules wait for
 */
public record StartOptions(boolean neutral, boolean ignoreLink, Patience patience) {
    /** What holds unless a key says otherwise. */
    public static final StartOptions USUAL = new StartOptions(false, false, Patience.USUAL);

    static final Set<String> KEYS = Set.of("neutral", "ignoreLink", "startupDelay", "preemptDelay", "familyRule");

    static StartOptions parse(CfgValues values) throws ConfigurationRefused {
        return new StartOptions(
                values.bool("neutral", USUAL.neutral),
                values.bool("ignoreLink", USUAL.ignoreLink),
                new Patience(
                        values.integer("startupDelay", 0, 3600, USUAL.patience.startupDelaySeconds()),
                        values.integer("preemptDelay", 0, 3600, USUAL.patience.preemptDelaySeconds()),
                        familyRule(values)));
    }

    private static FamilyRule familyRule(CfgValues values) throws ConfigurationRefused {
        String text = values.text("familyRule");
        if (text == null) {
            return USUAL.patience.familyRule();
        }
        return switch (text) {
            case "any" -> FamilyRule.ANY;
            case "all" -> FamilyRule.ALL;
            default -> throw ConfigurationRefused.of("familyRule", text, "any or all");
        };
    }
}
