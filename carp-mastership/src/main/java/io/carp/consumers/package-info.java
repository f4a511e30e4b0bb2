// SPDX-License-Identifier: Apache-2.0
/**
 * What the bundles that depend on a virtual host see of it: services, hooks, listeners, views, and the content of
 * events. The engine and {@code FakeCarpEngine} show them the same by the same code.
 */
@NullMarked
package io.carp.consumers;

import org.jspecify.annotations.NullMarked;
