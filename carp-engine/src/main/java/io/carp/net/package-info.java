// SPDX-License-Identifier: Apache-2.0
/** The loop and the transports. The only package that knows Netty. */
@NullMarked
package io.carp.net;

import org.jspecify.annotations.NullMarked;
