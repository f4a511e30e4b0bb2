// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done now: at most one new deed for each worker, what others have to be told, and when to ask again.
 *
 * @param addresses null for nothing new
 * @param consumers null for nothing new
 * @param scripts null for nothing new
 * @param say what others have to be told, in this order
 * @param deadline when to ask again, in monotonic nanoseconds; {@link #NEVER} if time alone changes nothing
 * @param idle whether no worker has anything to do, and nothing waits to be said
 */
public record Decision(
        @Nullable Deed addresses,
        @Nullable Deed consumers,
        @Nullable Deed scripts,
        List<Saying> say,
        long deadline,
        boolean idle) {
    /** The deadline of a machine that waits for no time to pass. */
    public static final long NEVER = Long.MAX_VALUE;

    public Decision {
        say = List.copyOf(say);
    }

    /** Such as {@code unbind 1 | unregister 1 | event BACKUP}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Deed deed : new Deed[] {addresses, consumers, scripts}) {
            if (deed != null) {
                parts.add(deed.toString());
            }
        }
        say.forEach(saying -> parts.add(saying.toString()));
        return String.join(" | ", parts);
    }
}
