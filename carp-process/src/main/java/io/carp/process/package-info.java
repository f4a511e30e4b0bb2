// SPDX-License-Identifier: Apache-2.0
/**
 * Scripts as processes of this machine: what they inherit, and how they end. Each bundle that runs scripts contains
 * this package.
 */
@NullMarked
package io.carp.process;

import org.jspecify.annotations.NullMarked;
