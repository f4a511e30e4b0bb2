// SPDX-License-Identifier: Apache-2.0
/**
 * What Camel's {@code from("master:web:…")} asks for: a cluster service whose leader of {@code web} is this node while
 * it is the master of the virtual host {@code web}. {@link io.carp.camel.CamelContexts} sees each Camel context come
 * and gives it one; nothing else here knows of more than one context.
 */
@NullMarked
package io.carp.camel;

import org.jspecify.annotations.NullMarked;
