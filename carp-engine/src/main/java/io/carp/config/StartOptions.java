// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.protocol.Delays;
import io.carp.protocol.FamilyRule;
import java.util.Set;

/**
 * How a virtual host begins, and what it stays through.
 *
 * @param neutral the first INIT → BACKUP runs no script of ours, neither {@code downScript} nor {@code notifyScript}
 *     (ucarp --neutral): a start leaves the machine as it found it. Every later transition runs them. Whoever runs
 *     scripts reads it with each transition, so that an edit counts from the next one
 * @param ignoreLink a link that is down is not taken for down (ucarp -S): the machine goes on, what cannot be sent is
 *     forgiven
 * @param delays what the rules wait for
 */
public record StartOptions(boolean neutral, boolean ignoreLink, Delays delays) {
    /** What holds unless a key says otherwise. */
    public static final StartOptions USUAL = new StartOptions(false, false, Delays.USUAL);

    static final Set<String> KEYS = Set.of("neutral", "ignoreLink", "startupDelay", "preemptDelay", "familyRule");

    static StartOptions parse(CfgValues values) throws ConfigurationRefused {
        return new StartOptions(
                values.bool("neutral", USUAL.neutral),
                values.bool("ignoreLink", USUAL.ignoreLink),
                new Delays(
                        values.integer("startupDelay", 0, 3600, USUAL.delays.startupDelaySeconds()),
                        values.integer("preemptDelay", 0, 3600, USUAL.delays.preemptDelaySeconds()),
                        familyRule(values)));
    }

    private static FamilyRule familyRule(CfgValues values) throws ConfigurationRefused {
        String text = values.text("familyRule");
        if (text == null) {
            return USUAL.delays.familyRule();
        }
        return switch (text) {
            case "any" -> FamilyRule.ANY;
            case "all" -> FamilyRule.ALL;
            default -> throw ConfigurationRefused.of("familyRule", text, "any or all");
        };
    }
}
