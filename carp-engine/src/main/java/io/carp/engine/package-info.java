// SPDX-License-Identifier: Apache-2.0
/**
 * The engine in OSGi: components, services, hooks, and the bundles that come and go. Nobody else knows the framework or
 * DS.
 */
@NullMarked
package io.carp.engine;

import org.jspecify.annotations.NullMarked;
