// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.History.MILLISECOND;
import static io.carp.sim.History.SECOND;

import io.carp.protocol.AdvertisementDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A group gets new passes, node by node in any order, the master first, last or in between, one pass or several on top
 * of each other; a slip on one node is corrected. All of this happens within half a window. No node may become master
 * because of it.
 */
public final class GroupEdit {
    private static final int EDITS = 20;
    /** What {@link History} gives its nodes. */
    private static final long WINDOW = 60 * SECOND;

    private final History history;
    private final Random random;
    private int changes;

    private GroupEdit(History history) {
        this.history = history;
        random = history.random();
        long delay = 1 + random.nextLong(10 * MILLISECOND);
        history.link().faults(new SimulatedLink.Faults(0, 0, delay, delay));
    }

    /** Plays the history of that seed. */
    public static void play(long seed, Host.Maker maker) {
        GroupEdit group = new GroupEdit(new History(seed, false, maker));
        group.history.advance(WINDOW);
        group.history.checkSettled(group.history.nodes());
        group.changes = group.history.bindings().changes();
        for (int i = 1; i <= EDITS; i++) {
            group.edit(i);
        }
        group.history.advance(2 * WINDOW);
        group.history.checkSettled(group.history.nodes());
        group.checkUnmoved();
    }

    private void edit(int number) {
        int passes = 1 + random.nextInt(3);
        long left = WINDOW / 2 - SECOND;
        for (int i = 1; i <= passes; i++) {
            List<SimulatedNode> order = new ArrayList<>(history.nodes());
            Collections.shuffle(order, random);
            for (SimulatedNode node : order) {
                if (random.nextInt(4) == 0) {
                    left -= edit(node, "a slip in pass " + number + "." + i, left);
                }
                left -= edit(node, "pass " + number + "." + i, left);
            }
            if (random.nextInt(4) == 0) {
                left -= edit(history.anyNode(), "a slip that is undone", left);
                int last = i;
                for (SimulatedNode node : history.nodes()) {
                    left -= edit(node, "pass " + number + "." + last, left);
                }
            }
        }
        history.advance(WINDOW);
        checkUnmoved();
    }

    /** Returns how long it is until the next edit. */
    private long edit(SimulatedNode node, String pass, long left) {
        history.note(node + " gets " + pass);
        // Made for each: digests are not shared between machines.
        String secret = pass.substring(Math.max(0, pass.length() - 20));
        AdvertisementDigest digest = node.disk().digest(node.settings().vhid(), secret);
        node.ask(host -> host.edit(node.settings(), digest));
        long pause = random.nextLong(Math.max(1, left / 2));
        history.advance(pause);
        checkUnmoved();
        return pause;
    }

    private void checkUnmoved() {
        history.check(history.bindings().changes() == changes, "the addresses have moved");
    }
}
