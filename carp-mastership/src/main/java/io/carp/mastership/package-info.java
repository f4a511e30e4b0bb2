// SPDX-License-Identifier: Apache-2.0
/**
 * What being master causes: addresses, services, scripts, events. {@link io.carp.mastership.MastershipMachine} decides,
 * and is as pure as the protocol: it knows no clock, thread, lock, log or framework. {@link
 * io.carp.mastership.MastershipDriver} has it done, on threads that may block.
 */
@NullMarked
package io.carp.mastership;

import org.jspecify.annotations.NullMarked;
