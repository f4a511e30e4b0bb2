// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that several callers may wait for. For one thread. */
final class Awaited {
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

    void by(CompletableFuture<Void> one) {
        waiting.add(one);
    }

    /** Tells all that wait. Each of them may at once wait for the next time. */
    void happened() {
        List<CompletableFuture<Void>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.complete(null));
    }
}
