// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

/** Compares times in monotonic nanoseconds, of which only differences mean something, and {@link Decision#NEVER}. */
final class Deadlines {
    private Deadlines() {}

    static boolean isPast(long deadline, long now) {
        return deadline != Decision.NEVER && now - deadline >= 0;
    }

    static long earlier(long one, long other) {
        if (one == Decision.NEVER || other == Decision.NEVER) {
            return one == Decision.NEVER ? other : one;
        }
        return one - other < 0 ? one : other;
    }
}
