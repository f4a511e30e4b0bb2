// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import java.util.stream.LongStream;

/** Which histories are played: a dozen, more with {@code -Dseeds=N}, or the one of {@code -Dseed=N}. */
public final class Seeds {
    private static final long DOZEN = 12;

    private Seeds() {}

    public static LongStream all() {
        Long one = Long.getLong("seed");
        return one == null ? LongStream.rangeClosed(1, Long.getLong("seeds", DOZEN)) : LongStream.of(one);
    }
}
