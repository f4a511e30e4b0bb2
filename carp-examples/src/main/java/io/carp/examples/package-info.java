// SPDX-License-Identifier: Apache-2.0
/** Three ways to react to mastership of the virtual host {@code web}. */
@NullMarked
package io.carp.examples;

import org.jspecify.annotations.NullMarked;
