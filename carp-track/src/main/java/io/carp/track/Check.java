// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import org.jspecify.annotations.Nullable;

/** A question that has to be asked again and again. */
@FunctionalInterface
interface Check {
    /**
     * What is wrong, in a few words; null if nothing is. It may block, since it has its thread for itself. An interrupt
     * ends it, because its time is up or the answer is no longer needed.
     *
     * @throws Exception its message says what is wrong, as well
     */
    @Nullable
    String fault() throws Exception;
}
