// SPDX-License-Identifier: Apache-2.0
/**
 * One running virtual host: {@link io.carp.host.VirtualHostRunner} hands its state machine what happens and performs
 * its steps. All of it runs on the loop and without a framework; {@code io.carp.engine} puts it into OSGi.
 */
@NullMarked
package io.carp.host;

import org.jspecify.annotations.NullMarked;
