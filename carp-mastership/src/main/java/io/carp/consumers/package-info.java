// SPDX-License-Identifier: Apache-2.0
/**
 * What the bundles that live by a virtual host see of it: services, hooks, listeners, views, what events say. The engine
 * and {@code FakeCarpEngine} show them the same by the same code.
 */
@NullMarked
package io.carp.consumers;

import org.jspecify.annotations.NullMarked;
