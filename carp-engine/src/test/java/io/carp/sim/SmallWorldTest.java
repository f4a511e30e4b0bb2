// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of everything in small groups, to a certain depth: an advertisement arrives, late or never or behind another
 * one, a timer fires, a node crashes and comes back, stands still and goes on, or steps down. Wherever that leads, nobody
 * speaks after too long a silence; and as soon as all is well there is one MASTER in time, and it stays.
 */
class SmallWorldTest {
    /** So many deeds more than usual. */
    private static final int DEEPER = Integer.getInteger("deeper", 0);

    private final List<String> path = new ArrayList<>();
    private boolean preempt;
    private int[] advskews = {};
    private long worlds;

    @ParameterizedTest
    @CsvSource({
        "true, 7, 0 50",
        "false, 7, 0 50",
        "true, 7, 20 20", // a tie
        "true, 5, 0 50 100",
        "false, 5, 0 50 100",
        "true, 5, 20 20 20",
    })
    void whateverHappensOneIsMasterInTheEnd(boolean preempt, int depth, String advskews) {
        this.preempt = preempt;
        String[] each = advskews.split(" ");
        this.advskews = new int[each.length];
        for (int i = 0; i < each.length; i++) {
            this.advskews[i] = Integer.parseInt(each[i]);
        }
        walk(new int[depth + DEEPER], 0);
        System.out.printf(
                Locale.ROOT,
                "small world: advskew %s, preempt %s: %d orders of %d deeds%n",
                advskews,
                preempt,
                worlds,
                depth + DEEPER);
    }

    private SmallWorld play(int[] choices, int depth) {
        SmallWorld world = new SmallWorld(preempt, advskews);
        world.allIsWell(world.patience()); // One of them is MASTER.
        path.clear();
        for (int i = 0; i < depth; i++) {
            SmallWorld.Deed deed = world.deeds().get(choices[i]);
            path.add(deed.name());
            deed.doing().run();
        }
        return world;
    }

    private void walk(int[] choices, int depth) {
        int following;
        try {
            following = play(choices, depth).deeds().size();
            settle(play(choices, depth));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", after:\n" + String.join("\n", path), e);
        }
        worlds++;
        for (int i = 0; i < following && depth < choices.length; i++) {
            choices[depth] = i;
            walk(choices, depth + 1);
        }
    }

    private static void settle(SmallWorld world) {
        world.allIsWell(world.patience());
        List<Integer> masters = world.masters();
        assertEquals(world.isAnybodyThere() ? 1 : 0, masters.size(), "masters " + masters);
        world.allIsWell(2 * world.patience());
        assertEquals(1, world.masters().size(), "and later " + world.masters());
    }
}
