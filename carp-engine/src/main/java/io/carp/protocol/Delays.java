// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * How long a node waits before it takes what it could take.
 *
 * @param startupDelaySeconds for how long after its first start a virtual host takes no part, 0..3600 (keepalived:
 *     vrrp_startup_delay)
 * @param preemptDelaySeconds for how long a node with preempt leaves a living slower master alone, 0..3600 (keepalived:
 *     preempt_delay)
 * @param familyRule which silence means that the master is down
 */
public record Delays(int startupDelaySeconds, int preemptDelaySeconds, FamilyRule familyRule) {
    /** No delay; a master that is heard in one family is alive. */
    public static final Delays USUAL = new Delays(0, 0, FamilyRule.ALL);

    private static final long SECOND = 1_000_000_000L;

    public Delays {
        Settings.range("startupDelay", startupDelaySeconds, 0, 3600);
        Settings.range("preemptDelay", preemptDelaySeconds, 0, 3600);
    }

    long startupDelayNanos() {
        return startupDelaySeconds * SECOND;
    }

    long preemptDelayNanos() {
        return preemptDelaySeconds * SECOND;
    }
}
