// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.protocol.Counters.Counter;
import org.jspecify.annotations.Nullable;

/** How an advertisement is signed, from what is believed least to what is believed most. */
enum Signed {
    /** By no digest of ours. */
    FOREIGN(Counter.badauth, true),
    /** By our digest alone, where a seal is required. */
    UNSEALED(Counter.unsealed, true),
    /** By our digest, and with a seal that is not ours, where one is required. */
    MISSEALED(Counter.badseal, true),
    /** By our digest, and with a seal that is not ours, where none is required. */
    MISSEALED_YET_HEARD(Counter.badseal, false),
    /** By our digest alone, where others may be without a seal. */
    UNSEALED_YET_HEARD(Counter.unsealed, false),
    /** By our digest. Nobody asked for a seal. */
    UNJUDGED(null, false),
    /** By our digest and our seal. */
    SEALED(null, false);

    private final @Nullable Counter flaw;
    private final boolean refused;

    Signed(@Nullable Counter flaw, boolean refused) {
        this.flaw = flaw;
        this.refused = refused;
    }

    /** What is wrong with it, whether it is heard or not. */
    @Nullable
    Counter flaw() {
        return flaw;
    }

    boolean isRefused() {
        return refused;
    }

    static Signed better(Signed one, Signed other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
