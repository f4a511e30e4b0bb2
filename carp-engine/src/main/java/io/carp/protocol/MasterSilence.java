// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/**
 * Since when a backup has heard nothing, family by family. A family that cannot be heard here, because its link is down
 * or none of the virtual IPs needs it, is not silent: it does not count. Times are monotonic nanoseconds.
 */
final class MasterSilence {
    private boolean ipv4;
    private boolean ipv6;
    private long sinceIpv4;
    private long sinceIpv6;
    private long since;

    /** The waiting begins anew for every family. */
    void begin(long now) {
        sinceIpv4 = now;
        sinceIpv6 = now;
        since = now;
    }

    /** Something that keeps the master alive was heard. */
    void broken(boolean isIpv6, long now) {
        since = now;
        if (isIpv6) {
            sinceIpv6 = now;
        } else {
            sinceIpv4 = now;
        }
    }

    /** Which families can be heard. Who could not be heard so far has been silent since now. */
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

    /** Since when the rule has been waiting: the longest silence for any, the last word of all for all. */
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
