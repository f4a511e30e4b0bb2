// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** How a demoted node says so. The same on every node of a group. */
public enum DemotionStyle {
    /** Added to advskew, within 0..240; byte 4 is sent as 0 and not judged (FreeBSD, ucarp). */
    ADVSKEW,
    /** In byte 4, compared before advbase and advskew, which stay what they are (OpenBSD's carp_demote). */
    HEADER
}
