// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.StartKeys;
import io.carp.protocol.Delays;
import io.carp.protocol.FamilyRule;

/**
 * How a virtual host begins, and what it stays through.
 *
 * @param neutral the first INIT → BACKUP runs no script of ours, neither {@code downScript} nor {@code notifyScript}
 *     (ucarp --neutral): a start leaves the machine as it found it. Every later transition runs them. Whoever runs
 *     scripts reads it with each transition, so that an edit counts from the next one
 * @param ignoreLink a link that is down is not taken for down (ucarp -S): the machine goes on, what cannot be sent is
 *     forgiven
 * @param pauseToleranceSeconds for how long others advertise for a master whose process stands still, 0..60
 * @param isPauseToleranceWritten whether somebody wants to know should that not be possible
 * @param delays what the rules wait for
 */
public record StartOptions(
        boolean neutral,
        boolean ignoreLink,
        int pauseToleranceSeconds,
        boolean isPauseToleranceWritten,
        Delays delays) {
    /** What holds unless a key says otherwise. */
    public static final StartOptions USUAL = new StartOptions(false, false, 2, false, Delays.USUAL);

    static StartOptions parse(CfgValues values) throws ConfigurationRefused {
        return new StartOptions(
                values.flag(StartKeys.NEUTRAL),
                values.flag(StartKeys.IGNORE_LINK),
                values.whole(StartKeys.PAUSE_TOLERANCE),
                values.text(StartKeys.PAUSE_TOLERANCE) != null,
                new Delays(
                        values.whole(StartKeys.STARTUP_DELAY),
                        values.whole(StartKeys.PREEMPT_DELAY),
                        values.constant(StartKeys.FAMILY_RULE, FamilyRule.class)));
    }
}
