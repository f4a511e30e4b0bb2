// SPDX-License-Identifier: Apache-2.0
/** System calls: one method is one call, constants are named as in the headers. The only package that knows JNA. */
@NullMarked
package io.carp.linux;

import org.jspecify.annotations.NullMarked;
