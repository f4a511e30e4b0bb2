// SPDX-License-Identifier: Apache-2.0
/** How our threads are made, and where one is that does not come back. */
@NullMarked
package io.carp.thread;

import org.jspecify.annotations.NullMarked;
