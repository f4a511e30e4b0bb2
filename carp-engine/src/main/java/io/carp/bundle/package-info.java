// SPDX-License-Identifier: Apache-2.0
/** What the bundle brings to its container when it starts, and takes away when it stops. */
@NullMarked
package io.carp.bundle;

import org.jspecify.annotations.NullMarked;
