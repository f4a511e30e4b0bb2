// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.protocol.Delays;
import io.carp.protocol.DemotionStyle;
import io.carp.protocol.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/** A group of nodes, what happens to them, and what must be true of them. One seed is one history. */
public final class History {
    static final long MILLISECOND = 1_000_000;
    static final long SECOND = 1000 * MILLISECOND;

    /** Longer than any master-down time here, twice over: whatever was to be settled is. */
    private static final long QUIET = 30 * SECOND;

    private final long seed;
    private final Random random;
    private final VirtualTime time = new VirtualTime();
    private final DemotionStyle style;
    private final Bindings bindings = new Bindings(time);
    private final SimulatedLink link;
    private final List<SimulatedNode> nodes;
    private final List<String> log = new ArrayList<>();

    /** @param mixed whether the nodes differ in advbase and deadRatio, as no administrator wants it, and are busy */
    History(long seed, boolean mixed, Host.Maker maker) {
        this.seed = seed;
        random = new Random(seed);
        link = new SimulatedLink(time, random);
        int advbase = List.of(0, 1, 1, 2).get(random.nextInt(4));
        style = random.nextBoolean() ? DemotionStyle.ADVSKEW : DemotionStyle.HEADER;
        nodes = IntStream.rangeClosed(1, 2 + random.nextInt(3))
                .mapToObj(number -> node(number, mixed ? random.nextInt(3) : advbase, mixed, maker))
                .toList();
        nodes.forEach(node -> note(node + " has " + node.settings()));
        nodes.forEach(SimulatedNode::start);
    }

    private SimulatedNode node(int number, int advbase, boolean mixed, Host.Maker maker) {
        int advskew = random.nextBoolean() ? 20 : 20 + random.nextInt(230); // Ties are wanted, too.
        boolean preempt = random.nextBoolean();
        int deadRatio = mixed ? 2 + random.nextInt(3) : 3;
        int lease = Math.max(0, 3 * advbase - 1); // Below a second no lease is short enough.
        Settings settings = new Settings(1, advbase, advskew, preempt, deadRatio, lease, 60, Delays.USUAL, style);
        return new SimulatedNode(number, time, link, random, settings, mixed, maker, bindings);
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    SimulatedLink link() {
        return link;
    }

    Random random() {
        return random;
    }

    Bindings bindings() {
        return bindings;
    }

    SimulatedNode anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    List<SimulatedNode> masters() {
        return nodes.stream()
                .filter(node -> node.takesPart() && node.host().isMaster())
                .toList();
    }

    void advance(long nanos) {
        time.advance(nanos);
    }

    void note(String event) {
        log.add(String.format(Locale.ROOT, "%.3f %s", time.now() / 1e9, event));
    }

    /** The link is good again, everybody runs, nobody is demoted; then time passes. */
    void healAndWait() {
        note("all is well");
        link.joinAll();
        link.faults(SimulatedLink.Faults.NONE);
        nodes.forEach(node -> {
            node.start();
            node.link(true);
            node.ask(host -> host.demote(0));
        });
        advance(QUIET);
    }

    /** After quiet time: one master of those that reach each other, with the addresses; and it stays so. */
    void checkSettled(List<SimulatedNode> side) {
        List<SimulatedNode> before = masters().stream().filter(side::contains).toList();
        check(bindings.broken().isEmpty(), bindings.broken().toString());
        boolean anybody = side.stream().anyMatch(SimulatedNode::takesPart);
        check(before.size() == (anybody ? 1 : 0), "masters of " + side + ": " + before);
        for (SimulatedNode node : side) {
            boolean master = before.contains(node);
            check(node.isBound() == master, node + " bound " + node.isBound() + ", master " + master);
            check(node.isMastershipKnown() == master, node + " mastership known " + node.isMastershipKnown());
        }
    }

    void checkStaysSettled() {
        List<SimulatedNode> before = masters();
        advance(QUIET);
        check(masters().equals(before), "was settled on " + before + ", now " + masters());
    }

    void check(boolean condition, String otherwise) {
        if (!condition) {
            int shown = Math.max(0, log.size() - 40);
            throw new AssertionError("-Dseed=" + seed + " at " + time.now() / 1e9 + ": " + otherwise + "\n"
                    + String.join("\n", log.subList(shown, log.size())));
        }
    }
}
