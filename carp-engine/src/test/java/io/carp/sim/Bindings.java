// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which nodes have the addresses at every moment of a history, and for how long any two nodes had them at once. */
final class Bindings {
    private static final int MOST_TOLD = 20;

    private final VirtualTime time;
    private final Map<SimulatedNode, Long> since = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();
    private final Answering answering;
    private long longestOverlap;
    private int changes;

    Bindings(VirtualTime time) {
        this.time = time;
        answering = new Answering(time, this::broken);
    }

    private void broken(String how) {
        if (broken.size() < MOST_TOLD) {
            broken.add(time.now() / 1e9 + " " + how);
        }
    }

    /** Judges those that answer at once. */
    Answering answering() {
        return answering;
    }

    private void changed(SimulatedNode node, boolean bound) {
        changes++;
        if (since.containsKey(node) == bound) {
            broken(node + (bound ? " bound twice" : " unbound what was not bound"));
            return;
        }
        answering.changed(node, bound);
        if (bound) {
            since.put(node, time.now());
        } else {
            long begin = since.remove(node);
            since.values().forEach(other -> overlapped(Math.max(begin, other)));
        }
    }

    Host.Witness witnessOf(SimulatedNode node) {
        return new Host.Witness() {
            @Override
            public void bound(boolean bound) {
                changed(node, bound);
            }

            @Override
            public void broken(String how) {
                Bindings.this.broken(node + " " + how);
            }
        };
    }

    /** How often any node got or lost the addresses so far. */
    int changes() {
        return changes;
    }

    /** What was wrong so far. */
    List<String> broken() {
        return broken;
    }

    /** A dead process leaves its addresses to the kernel's lease, which this stands for. */
    void forget(SimulatedNode node) {
        if (since.containsKey(node)) {
            changed(node, false);
        }
    }

    /** Nanoseconds, of any two nodes. */
    long longestOverlap() {
        since.values().stream().sorted().skip(1).forEach(this::overlapped);
        return longestOverlap;
    }

    private void overlapped(long begin) {
        longestOverlap = Math.max(longestOverlap, time.now() - begin);
    }
}
