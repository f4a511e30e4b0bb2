// SPDX-License-Identifier: Apache-2.0
/** How threads of ours come to be. */
@NullMarked
package io.carp.thread;

import org.jspecify.annotations.NullMarked;
