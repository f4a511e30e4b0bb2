// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** How a demoted node tells its peers. All nodes of a group need the same style. */
public enum DemotionStyle {
    /** The demotion is added to advskew, within 0..240. Byte 4 is sent as 0 and not judged (FreeBSD, ucarp). */
    ADVSKEW,
    /**
     * The demotion is byte 4, which is compared before advbase and advskew; these two stay as configured (OpenBSD's
     * carp_demote).
     */
    HEADER
}
