// SPDX-License-Identifier: Apache-2.0
/** Tests on a real link: network namespaces joined by veth pairs and a bridge. They need root and abort without it. */
@NullMarked
package io.carp.real;

import org.jspecify.annotations.NullMarked;
