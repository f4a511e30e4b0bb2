// SPDX-License-Identifier: Apache-2.0
/** Binding, announcing and releasing the virtual IPs. */
@NullMarked
package io.carp.vip;

import org.jspecify.annotations.NullMarked;
