// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * Since when a backup has heard nothing, family by family. A family that cannot be heard here, because its link is down
 * or no virtual IP needs it, does not count as silent. Times are monotonic nanoseconds.
 */
final class MasterSilence {
    private boolean ipv4;
    private boolean ipv6;
    private long sinceIpv4;
    private long sinceIpv6;
    private long since;

    /** Begins to wait anew, in every family. */
    void begin(long now) {
        sinceIpv4 = now;
        sinceIpv6 = now;
        since = now;
    }

    /** Takes note of an advertisement by which the master counts as alive. */
    void broken(boolean isIpv6, long now) {
        since = now;
        if (isIpv6) {
            sinceIpv6 = now;
        } else {
            sinceIpv4 = now;
        }
    }

    /** Says which families can be heard. The silence of a family that could not be heard before begins now. */
    void families(boolean ipv4, boolean ipv6, long now) {
        if (ipv4 && !this.ipv4) {
            sinceIpv4 = now;
        }
        if (ipv6 && !this.ipv6) {
            sinceIpv6 = now;
        }
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    /**
     * Since when the rule has been waiting: with ANY since the longest silence began, with ALL since anything was heard
     * last.
     */
    long since(FamilyRule rule) {
        return switch (rule) {
            case ALL -> since;
            case ANY -> {
                if (ipv4 && ipv6) {
                    yield sinceIpv4 - sinceIpv6 < 0 ? sinceIpv4 : sinceIpv6;
                }
                yield ipv4 ? sinceIpv4 : ipv6 ? sinceIpv6 : since;
            }
        };
    }
}
