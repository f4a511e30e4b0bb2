// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.protocol.Delays;
import io.carp.protocol.DemotionStyle;
import io.carp.protocol.Seal;
import io.carp.protocol.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
    private final Seal.Policy policy;
    private final Bindings bindings = new Bindings(time);
    private final SimulatedLink link;
    private final Attacker attacker;
    private final List<SimulatedNode> nodes;
    private final List<String> log = new ArrayList<>();

    History(long seed, boolean mixed, Host.Maker maker) {
        this(seed, mixed, Seal.Policy.OFF, maker);
    }

    /**
     * @param mixed whether the nodes differ in advbase and deadRatio, as no administrator wants it, and are busy
     * @param policy what becomes of advertisements without a seal
     */
    History(long seed, boolean mixed, Seal.Policy policy, Host.Maker maker) {
        this.seed = seed;
        random = new Random(seed);
        link = new SimulatedLink(time, random);
        boolean routed = mixed && random.nextBoolean();
        if (routed) {
            link.routed();
            note("packets are routed");
        }
        attacker = new Attacker(time, random, routed, policy == Seal.Policy.REQUIRE);
        this.policy = policy;
        int advbase = List.of(0, 1, 1, 2).get(random.nextInt(4));
        style = random.nextBoolean() ? DemotionStyle.ADVSKEW : DemotionStyle.HEADER;
        nodes = IntStream.rangeClosed(1, 2 + random.nextInt(3))
                .mapToObj(number -> node(number, mixed ? random.nextInt(3) : advbase, mixed, maker))
                .toList();
        nodes.forEach(node -> note(node + " has " + node.settings()));
        link.watch(this::lost);
        nodes.forEach(SimulatedNode::start);
    }

    private void lost(Station from, Station to) {
        SimulatedNode sender = nodeOf(from);
        SimulatedNode receiver = nodeOf(to);
        if (sender != null && receiver != null) {
            bindings.answering().lost(sender, receiver);
        }
    }

    private @Nullable SimulatedNode nodeOf(Station station) {
        for (SimulatedNode node : nodes) {
            if (node.station() == station) {
                return node;
            }
        }
        return null;
    }

    Attacker attacker() {
        return attacker;
    }

    private SimulatedNode node(int number, int advbase, boolean mixed, Host.Maker maker) {
        int advskew = random.nextBoolean() ? 20 : 20 + random.nextInt(230); // Ties are wanted, too.
        boolean preempt = random.nextBoolean();
        int deadRatio = mixed ? 2 + random.nextInt(3) : 3;
        int lease = Math.max(mixed ? 1 : 0, 3 * advbase - 1); // Below a second no lease is short enough.
        Settings settings = new Settings(1, advbase, advskew, preempt, deadRatio, lease, 60, Delays.USUAL, style);
        return new SimulatedNode(
                number, time, link, random, settings, mixed, new SealDisk(policy), maker, attacker, bindings);
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
        bindings.answering().judge();
        check(bindings.broken().isEmpty(), bindings.broken().toString());
    }

    /** Nanoseconds of silence after which the node takes the master for dead. */
    static long masterDown(Settings of) {
        int quiet = of.advbase() == 0
                ? of.deadRatio() * Math.max(1, of.advskew())
                : of.advbase() * of.deadRatio() * 256 + of.advskew();
        return Math.max(quiet * SECOND / 256, interval(of) * 5 / 4);
    }

    private static long interval(Settings of) {
        return Math.max(1, of.advbase() * 256L + of.advskew()) * SECOND / 256;
    }

    /** What it takes at most until there is one MASTER: a master-down time and an interval, by a slow clock. */
    private long patience() {
        long down = nodes.stream()
                .mapToLong(node -> masterDown(node.settings()))
                .max()
                .orElseThrow();
        long interval = nodes.stream()
                .mapToLong(node -> interval(node.settings()))
                .max()
                .orElseThrow();
        return (down + interval) * 102 / 100;
    }

    void note(String event) {
        log.add(String.format(Locale.ROOT, "%.3f %s", time.now() / 1e9, event));
    }

    /** The link is good again, everybody runs, nobody is demoted; then time passes. */
    void healAndWait(long excused) {
        note("all is well");
        link.joinAll();
        link.faults(SimulatedLink.Faults.NONE);
        nodes.forEach(node -> {
            node.resume();
            node.troubles().over();
            node.start();
            node.link(true);
            node.station().sendError(0);
            node.demote(0);
        });
        advance(patience() + excused);
        check(masters().size() == 1, "not one MASTER in time: " + masters());
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
            check(!master || node.saysWhatIsConfigured(), node + " advertises something else than " + node.settings());
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
            throw new AssertionError("seed " + seed + " at " + time.now() / 1e9 + ": " + otherwise + "\n"
                    + String.join("\n", log.subList(shown, log.size())));
        }
    }
}
