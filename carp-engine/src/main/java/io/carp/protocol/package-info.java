// SPDX-License-Identifier: Apache-2.0
/**
 * The rules of CARP, as pure code: there is no clock, thread, socket, log or random number in here. {@link
 * io.carp.protocol.CarpStateMachine} turns an input and the present time into a {@link io.carp.protocol.Step}.
 *
 * <p>The caller's duties:
 *
 * <ol>
 *   <li>Call from one thread, or from several that never overlap: there is no lock.
 *   <li>Let {@code now} (monotonic nanoseconds) never go back.
 *   <li>Perform the step before the next call: it is one object, used again each time, so that an advertisement
 *       allocates nothing. First send what it asks to send, then arm the timer, then let the transition take effect.
 *   <li>Call {@code tick} at or shortly after the deadline. An early or extra call does nothing, so a timer need never
 *       be cancelled.
 *   <li>Hand each digest to one machine only, and call {@code wipe} when that machine has ended: it keeps no key in
 *       memory for longer than it needs it.
 * </ol>
 */
@NullMarked
package io.carp.protocol;

import org.jspecify.annotations.NullMarked;
