// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Something that several may wait for. One thread. */
final class Awaited {
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

    void by(CompletableFuture<Void> one) {
        waiting.add(one);
    }

    /** Whoever is told may wait for the next time at once. */
    void happened() {
        List<CompletableFuture<Void>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.complete(null));
    }
}
