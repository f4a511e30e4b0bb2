// SPDX-License-Identifier: Apache-2.0
/** A Camel route that runs on the master only: copy what you need. */
@NullMarked
package io.carp.examples.camel;

import org.jspecify.annotations.NullMarked;
