// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard marker: while such a service is registered, this node is worth less, by {@link #AMOUNT}. Unregistering it,
 * or the stop or crash of your bundle, undoes it. The sum of all demotions is added to advskew, clamped to 0..240
 * (FreeBSD's rule).
 */
@ConsumerType
public interface Demotion {
    /** Service property: how much less (Integer, 1..240, in 1/256 s of advskew). Required. */
    String AMOUNT = "carp.demotion";

    /** Service property: why, in words for the operator (String). */
    String REASON = "carp.demotion.reason";

    /** Service property: the virtual hosts meant (String or String[]); absent means all of this node. */
    String NAME = "carp.name";
}
