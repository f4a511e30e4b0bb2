// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Who is being called and has not come back, though nobody waits any more. Loop thread only. */
final class StuckConsumers {
    /** How to get there. */
    interface OnLoop {
        void execute(Runnable task);
    }

    private final Executor pool;
    private final OnLoop loop;
    private final Consumers consumers;
    private final Consumer<List<Stuck>> outcome;
    private final Map<Deed, Stuck> stuck = new IdentityHashMap<>();

    /**
     * @param pool threads for what may block
     * @param outcome told of all of them whenever that changes
     */
    StuckConsumers(Executor pool, OnLoop loop, Consumers consumers, Consumer<List<Stuck>> outcome) {
        this.pool = pool;
        this.loop = loop;
        this.consumers = consumers;
        this.outcome = outcome;
    }

    /** @return whether somebody is being called for it who can be given up */
    boolean giveUp(Deed deed) {
        Supplier<String> who = consumers.abandon();
        if (who == null) {
            return false; // Not begun for want of a thread, or just come back.
        }
        stuck.put(deed, new Stuck("", deed instanceof Deed.Register));
        try {
            pool.execute(() -> {
                String words = who.get();
                loop.execute(() -> named(deed, words));
            });
        } catch (RuntimeException | Error e) {
            named(deed, "somebody, and there is no thread to look who (" + e + ")");
        }
        return true;
    }

    private void named(Deed deed, String who) {
        if (stuck.computeIfPresent(deed, (key, before) -> new Stuck(who, before.comesUp())) != null) {
            tell();
        }
    }

    /** It has come back, and may have been one of them. */
    void cameBack(Deed deed) {
        if (stuck.remove(deed) != null) {
            tell();
        }
    }

    private void tell() {
        List<Stuck> named = new ArrayList<>(stuck.values());
        named.removeIf(one -> one.who().isEmpty());
        named.sort(Comparator.comparing(Stuck::who)); // The same ones are told in the same words.
        outcome.accept(named);
    }
}
