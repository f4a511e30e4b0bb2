// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** Which silence of a master that speaks IPv4 and IPv6 means that it is down. */
public enum FamilyRule {
    /** Silence in one family is enough, whatever is heard in the other (the BSDs: md_tmo and md6_tmo). */
    ANY,
    /** Silence in both is needed: a master that is heard in one family is alive. */
    ALL
}
