// SPDX-License-Identifier: Apache-2.0
/**
 * Makes this node worth less while something it needs is missing. Each {@code etc/carp.track-<name>.cfg} names one
 * thing, and is one component ({@code Track}) that registers an {@link io.carp.Demotion} while the thing is missing.
 * Nothing here knows the engine, and nothing there knows this: to demote for a reason of your own, copy {@code
 * DemotionService}.
 */
@NullMarked
package io.carp.track;

import org.jspecify.annotations.NullMarked;
