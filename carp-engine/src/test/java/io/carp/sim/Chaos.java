// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.History.MILLISECOND;
import static io.carp.sim.History.SECOND;

import io.carp.protocol.Seal;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Everything goes wrong for a while; then all is well, and all must become well in time. Then somebody attacks, and
 * nothing may change. Then the link falls in two.
 */
public final class Chaos {
    private static final int EVENTS = 60;
    private static final int ATTACKS = 20;
    private static final int ENETUNREACH = 101;

    /** A binder that failed is asked again after so long at most; everything else is there within a second. */
    private static final long BINDER_RETRY = 11 * SECOND;

    /** Less than a hookTimeout: a consumer that does not come back is given up, and has its own tests. */
    private static final long MOST_SLOW = 2 * SECOND;

    private static final int MOST_ADVSKEW = 200;

    private final History history;
    private final Random random;
    private boolean binderFailed;

    private Chaos(History history) {
        this.history = history;
        this.random = history.random();
    }

    /** Plays the history of that seed. */
    public static void play(long seed, Host.Maker maker) {
        play(seed, Seal.Policy.OFF, maker);
    }

    /** Where seals are required, whatever was captured is sent again, too. */
    public static void play(long seed, Seal.Policy policy, Host.Maker maker) {
        Chaos chaos = new Chaos(new History(seed, true, policy, maker));
        for (int i = 0; i < EVENTS; i++) {
            chaos.event();
            chaos.history.advance(random(chaos.random));
        }
        chaos.settle();
        chaos.attack();
        chaos.partition();
    }

    /** From almost nothing to some seconds: events meet in the middle of each other's effects. */
    private static long random(Random random) {
        return (long) Math.pow(10, 3 + random.nextDouble() * 6.7);
    }

    private void event() {
        SimulatedNode node = history.anyNode();
        SimulatedNode other = history.anyNode();
        switch (random.nextInt(20)) {
            case 0, 1 -> {
                history.note("the link gets worse");
                long least = 1 + random.nextLong(5 * MILLISECOND);
                history.link()
                        .faults(new SimulatedLink.Faults(
                                random.nextDouble() * 0.4,
                                random.nextDouble() * 0.3,
                                least,
                                least + random.nextLong(100 * MILLISECOND)));
            }
            case 2 -> {
                history.note("the link is good");
                history.link().faults(SimulatedLink.Faults.NONE);
            }
            case 3, 4 -> {
                history.note(node + " is not heard by " + other);
                history.link().cut(node.station(), other.station());
            }
            case 5 -> {
                history.note("everybody hears everybody");
                history.link().joinAll();
            }
            case 6, 7 -> {
                long nanos = random.nextLong(6 * SECOND);
                boolean frozen = random.nextBoolean();
                history.note(node + (frozen ? " is frozen" : " pauses") + " for " + nanos / MILLISECOND + " ms");
                node.pause(nanos, frozen);
            }
            case 8, 9, 10 -> trouble(node);
            case 11 -> {
                int errno = random.nextBoolean() ? ENETUNREACH : 0;
                history.note(node + " gets error " + errno + " from each send");
                node.station().sendError(errno);
            }
            case 12 -> {
                Duration ahead = Duration.ofSeconds(random.nextInt(-7200, 7200));
                history.note("the wall clock of " + node + " is set by " + ahead);
                node.loop().setWallClock(ahead);
            }
            case 13 -> {
                history.note(node + " is attacked: " + history.attacker().attack(node));
            }
            default -> deed(node);
        }
    }

    private void trouble(SimulatedNode node) {
        Troubles troubles = node.troubles();
        boolean begins = random.nextBoolean();
        int which = random.nextInt(5);
        history.note(node + " trouble " + which + (begins ? " begins" : " ends"));
        switch (which) {
            case 0 -> {
                troubles.binder(begins);
                binderFailed |= begins;
            }
            case 1 -> troubles.hooks(begins);
            case 2 -> troubles.scripts(begins);
            case 3 -> {
                troubles.renewal(begins);
                binderFailed |= begins;
            }
            default -> troubles.slowness(begins ? random.nextLong(MOST_SLOW) : 0);
        }
    }

    private void deed(SimulatedNode node) {
        switch (random.nextInt(10)) {
            case 0 -> {
                history.note(node + " is killed");
                node.kill();
            }
            case 1 -> {
                history.note(node + " stops");
                node.stop();
            }
            case 2 -> {
                history.note(node + " starts");
                node.start();
            }
            case 3 -> {
                history.note(node + " steps down");
                node.ask(Host::stepDown);
            }
            case 4 -> {
                history.note(node + " takes over");
                node.ask(Host::takeOver);
            }
            case 5 -> {
                int total = random.nextInt(400) - 100;
                history.note(node + " is demoted by " + total);
                node.demote(total);
            }
            case 6 -> {
                int advskew = random.nextInt(MOST_ADVSKEW);
                boolean preempt = random.nextBoolean();
                history.note(node + " is edited: advskew " + advskew + " preempt " + preempt);
                node.edit(advskew, preempt);
            }
            case 7 -> {
                history.note(node + " flaps");
                for (int i = random.nextInt(20); i > 0; i--) {
                    node.link(!node.station().isUp());
                    history.advance(random.nextLong(20 * MILLISECOND));
                }
            }
            default -> {
                boolean up = !node.station().isUp();
                history.note(node + " link " + (up ? "up" : "down"));
                node.link(up);
            }
        }
    }

    private void settle() {
        history.healAndWait(binderFailed ? BINDER_RETRY : MOST_SLOW + SECOND);
        history.checkSettled(history.nodes());
        history.checkStaysSettled();
    }

    private void attack() {
        List<SimulatedNode> before = history.masters();
        for (int i = 0; i < ATTACKS; i++) {
            SimulatedNode victim = history.anyNode();
            history.note(victim + " is attacked: " + history.attacker().attack(victim));
            history.advance(random.nextLong(SECOND));
            history.check(history.masters().equals(before), "an attack changed the master");
        }
    }

    private void partition() {
        int cut = 1 + random.nextInt(history.nodes().size() - 1);
        List<SimulatedNode> one = history.nodes().subList(0, cut);
        List<SimulatedNode> other = history.nodes().subList(cut, history.nodes().size());
        history.note("partition into " + one + " and " + other);
        for (SimulatedNode a : one) {
            for (SimulatedNode b : other) {
                history.link().cut(a.station(), b.station());
                history.link().cut(b.station(), a.station());
            }
        }
        history.advance(30 * SECOND);
        history.checkSettled(one);
        history.checkSettled(other);
        history.link().joinAll();
        history.advance(30 * SECOND);
        history.checkSettled(history.nodes());
        history.checkStaysSettled();
    }
}
