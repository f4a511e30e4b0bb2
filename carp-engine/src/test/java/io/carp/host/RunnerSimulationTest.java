// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.Seal;
import io.carp.sim.Calm;
import io.carp.sim.Chaos;
import io.carp.sim.GroupEdit;
import io.carp.sim.Host;
import io.carp.sim.Seeds;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/**
 * The histories of the bare protocol, now with the real runner and its workers, so that a master need not be bound.
 */
class RunnerSimulationTest {
    @Test
    void afterChaosAllIsWell() {
        play(Seeds.THOUSAND, "afterChaosAllIsWell", seed -> Chaos.play(seed, maker(seed)));
    }

    /** Where seals are required, what was captured is sent again, too, on one link as between routers. */
    @Test
    void afterChaosAndReplaysAllIsWellWithSeals() {
        play(
                Seeds.HUNDRED,
                "afterChaosAndReplaysAllIsWellWithSeals",
                seed -> Chaos.play(seed, Seal.Policy.REQUIRE, maker(seed)));
    }

    @Test
    void onAGoodLinkNobodyIsInTheWay() {
        play(Seeds.HUNDRED, "onAGoodLinkNobodyIsInTheWay", seed -> Calm.play(seed, maker(seed)));
    }

    @Test
    void aGroupIsEditedNodeByNode() {
        play(Seeds.HUNDRED, "aGroupIsEditedNodeByNode", seed -> GroupEdit.play(seed, maker(seed)));
    }

    private static void play(long usual, String test, LongConsumer history) {
        Seeds.play(usual, RunnerSimulationTest.class, test, history);
    }

    private static Host.Maker maker(long seed) {
        boolean hasHooks = seed % 2 == 0;
        return (node, settings, digest, clockAtZero, witness) ->
                new RunningHost(node, settings, digest, clockAtZero, hasHooks, witness);
    }
}
