// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import org.jspecify.annotations.Nullable;

/** A question that has to be asked again and again. */
@FunctionalInterface
interface Check {
    /**
     * What is wrong, in a few words; null if nothing is. May block, on a thread it has for itself; an interrupt ends
     * it, for the time is up or nobody wants to know any more.
     *
     * @throws Exception whose message says what is wrong, as well
     */
    @Nullable
    String fault() throws Exception;
}
