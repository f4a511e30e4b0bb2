// SPDX-License-Identifier: Apache-2.0
/** Scripts as processes: how ucarp and devd call them, what they find in their environment, and their end. */
@NullMarked
package io.carp.script;

import org.jspecify.annotations.NullMarked;
