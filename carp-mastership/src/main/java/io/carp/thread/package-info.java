// SPDX-License-Identifier: Apache-2.0
/** How our threads are made. */
@NullMarked
package io.carp.thread;

import org.jspecify.annotations.NullMarked;
