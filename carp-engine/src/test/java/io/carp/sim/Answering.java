// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.History.MILLISECOND;
import static io.carp.sim.History.SECOND;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Two that answer for the addresses at once need an explanation at every moment: an advertisement between them, either
 * way, that did not arrive or was refused, one of them that stands still, or whose worker waits for its thread. When
 * the last of these is over the worse one has one interval, and what a packet and a hand-over take.
 */
final class Answering {
    private static final long PACKET_AND_HANDOVER = 400 * MILLISECOND;

    private final VirtualTime time;
    private final Consumer<String> broken;
    private final Map<SimulatedNode, Long> since = new LinkedHashMap<>();
    private final Map<SimulatedNode, Long> heldUp = new HashMap<>();
    private final Map<Way, Long> lost = new HashMap<>();

    private record Way(SimulatedNode from, SimulatedNode to) {}

    /** @param broken is told of what has no explanation */
    Answering(VirtualTime time, Consumer<String> broken) {
        this.time = time;
        this.broken = broken;
    }

    void changed(SimulatedNode node, boolean answers) {
        judge();
        if (answers) {
            since.put(node, time.now());
        } else {
            since.remove(node);
        }
    }

    /** An advertisement did not get through. */
    void lost(SimulatedNode from, SimulatedNode to) {
        judge();
        lost.put(new Way(from, to), time.now());
    }

    /** A node does nothing, or a thread of it, until that time. */
    void heldUp(SimulatedNode node, long until) {
        judge();
        heldUp.merge(node, until, Math::max);
    }

    /** Whether more than one answers now. */
    boolean isContested() {
        return since.size() > 1;
    }

    /** Says what has no explanation now. */
    void judge() {
        if (since.size() < 2) {
            return;
        }
        List<SimulatedNode> awake = new ArrayList<>();
        for (SimulatedNode node : since.keySet()) {
            if (!node.loop().isPaused() && !node.loop().isDead()) {
                awake.add(node);
            }
        }
        for (int i = 1; i < awake.size(); i++) {
            for (int j = 0; j < i; j++) {
                judge(awake.get(i), awake.get(j));
            }
        }
    }

    private void judge(SimulatedNode a, SimulatedNode b) {
        long begin = Math.max(Math.max(since(a), since(b)), Math.max(lastLost(a, b), lastLost(b, a)));
        long allowed = Math.max(interval(a), interval(b)) + PACKET_AND_HANDOVER;
        if (time.now() - begin > allowed) {
            broken.accept(a + " and " + b + " answer at once, and nothing has explained it for "
                    + (time.now() - begin) / MILLISECOND + " ms");
        }
    }

    private long since(SimulatedNode node) {
        return Math.max(since.getOrDefault(node, 0L), heldUp.getOrDefault(node, 0L));
    }

    private long lastLost(SimulatedNode from, SimulatedNode to) {
        return lost.getOrDefault(new Way(from, to), 0L);
    }

    /** The longest that this node may have, however demoted, by a clock that is slow by a hundredth. */
    private static long interval(SimulatedNode node) {
        return (node.settings().advbase() + 1) * SECOND * 102 / 100;
    }
}
