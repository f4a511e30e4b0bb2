// SPDX-License-Identifier: Apache-2.0
/** The {@code carp:} commands of the Karaf shell; they know the API and the cfg files, never the engine. */
@NullMarked
package io.carp.shell;

import org.jspecify.annotations.NullMarked;
