// SPDX-License-Identifier: Apache-2.0
/**
 * The engine in OSGi: components, services, hooks, and the bundles that come and go. No other package of this bundle
 * uses more of DS than its annotations.
 */
@NullMarked
package io.carp.engine;

import org.jspecify.annotations.NullMarked;
