// SPDX-License-Identifier: Apache-2.0
/** The engine in OSGi: configuration, the runner of each state machine, and what its transitions cause. */
@NullMarked
package io.carp.engine;

import org.jspecify.annotations.NullMarked;
