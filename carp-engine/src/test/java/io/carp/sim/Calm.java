// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.History.MILLISECOND;
import static io.carp.sim.History.SECOND;

import java.util.List;
import java.util.Random;

/**
 * On a good link, with time between one event and the next, two nodes never have the addresses for longer than one
 * delay, and a node that leaves in good order is followed within one delay.
 */
public final class Calm {
    private static final int EVENTS = 30;
    private static final long BETWEEN = 30 * SECOND;

    private final History history;
    private final Random random;
    /**
     * How long a successor and its predecessor may have the addresses together, beside the delay of the link, and a
     * worker takes to do it.
     */
    private static final long OVERLAP = 6 * MILLISECOND;

    /** Less than the pauseTolerance, by the slack of the first one and an interval. */
    private static final long RELAYED = 3500 * MILLISECOND;

    private static final long NOBODY_SPEAKS = 101 * MILLISECOND;

    private final long delay;

    private Calm(History history) {
        this.history = history;
        random = history.random();
        delay = 1 + random.nextLong(10 * MILLISECOND);
        history.link().faults(new SimulatedLink.Faults(0, 0, delay, delay));
    }

    /** Plays the history of that seed. */
    public static void play(long seed, Host.Maker maker) {
        Calm calm = new Calm(new History(seed, false, maker));
        for (int i = 0; i < EVENTS; i++) {
            calm.history.advance(BETWEEN + calm.random.nextLong(SECOND));
            calm.history.checkSettled(calm.history.nodes());
            calm.event(calm.history.anyNode());
        }
        calm.history.advance(BETWEEN);
        calm.history.checkSettled(calm.history.nodes());
        calm.checkOverlap();
    }

    private void event(SimulatedNode node) {
        switch (random.nextInt(10)) {
            case 0 -> leave(node, "stops", node::stop);
            case 1 -> leave(node, "steps down", () -> node.ask(Host::stepDown));
            case 2, 3 -> {
                history.note(node + " starts");
                node.start();
            }
            case 4, 8 -> pause(node);
            case 9 -> {
                history.note(node + " is killed");
                node.kill();
            }
            case 5 -> {
                history.note(node + " takes over");
                node.ask(Host::takeOver);
            }
            case 6 -> {
                int total = random.nextInt(400) - 100;
                history.note(node + " is demoted by " + total);
                node.demote(total);
            }
            default -> {
                boolean up = !node.station().isUp();
                history.note(node + " link " + (up ? "up" : "down"));
                node.link(up);
            }
        }
        checkOverlap();
    }

    private void leave(SimulatedNode node, String how, Runnable deed) {
        history.note(node + " " + how);
        boolean wasMaster = history.masters().contains(node);
        boolean hasSuccessor = history.nodes().stream()
                .anyMatch(other ->
                        other != node && other.takesPart() && other.host().isBackup());
        deed.run();
        history.advance(delay);
        if (wasMaster && hasSuccessor) {
            List<SimulatedNode> successors = history.masters();
            history.check(!successors.isEmpty() && !successors.contains(node), "followed by " + successors);
            history.check(successors.stream().allMatch(next -> next.isBound()), "followed without addresses");
            history.advance(delay);
            history.check(history.masters().size() == 1, "not settled after the second delay: " + history.masters());
            history.advance(OVERLAP);
        } else {
            history.advance(NOBODY_SPEAKS);
        }
        history.check(!node.isBound() || node.host().isMaster(), node + " still has the addresses");
    }

    /**
     * A node that slept first hears what it missed, so a backup that wakes up takes nothing from a living master. For a
     * master its kernel goes on, as long as it may, and where nothing takes its addresses away.
     */
    private void pause(SimulatedNode node) {
        List<SimulatedNode> before = history.masters();
        boolean master = before.contains(node);
        if (master && (node.settings().leaseSeconds() > 0 || !node.host().isRelayed())) {
            return; // It would rightly be taken for dead.
        }
        long nanos = random.nextLong(master ? RELAYED : 8 * SECOND);
        history.note(node + " pauses for " + nanos / MILLISECOND + " ms");
        node.pause(nanos, !master);
        history.advance(nanos);
        history.check(history.masters().equals(before), "it woke up, and masters are " + history.masters());
        history.advance(SECOND);
        history.check(history.masters().equals(before), "a moment later masters are " + history.masters());
    }

    private void checkOverlap() {
        long overlap = history.bindings().longestOverlap();
        history.check(
                overlap <= delay + OVERLAP,
                "two nodes had the addresses for " + overlap + " ns, the delay is " + delay);
    }
}
