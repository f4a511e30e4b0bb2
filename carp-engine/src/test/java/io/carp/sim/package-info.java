// SPDX-License-Identifier: Apache-2.0
/**
 * A link, its nodes and their time, simulated: no thread, no sleeping, no real clock. {@link io.carp.sim.VirtualTime}
 * jumps from event to event; one seed is one history.
 */
@NullMarked
package io.carp.sim;

import org.jspecify.annotations.NullMarked;
