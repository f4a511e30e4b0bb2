// SPDX-License-Identifier: Apache-2.0
/** The bundle as a guest of its container: what it brings when it starts, and what it takes away when it stops. */
@NullMarked
package io.carp.bundle;

import org.jspecify.annotations.NullMarked;
