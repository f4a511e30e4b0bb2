// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** How a tie between two equal masters ends for us. */
enum Tie {
    /** We stay MASTER, and the other node yields. */
    KEPT,
    /** We yield. */
    LOST,
    /** The other family decides; nothing follows from this advertisement yet. */
    OPEN
}
