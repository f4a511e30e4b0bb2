// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.sim.Calm;
import io.carp.sim.Chaos;
import io.carp.sim.GroupEdit;
import io.carp.sim.Host;
import io.carp.sim.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The histories of the bare protocol, now with the real runner and its workers, so that a master need not be bound.
 */
class RunnerSimulationTest {
    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void afterChaosAllIsWell(long seed) {
        Chaos.play(seed, maker(seed));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void onAGoodLinkNobodyIsInTheWay(long seed) {
        Calm.play(seed, maker(seed));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void aGroupIsEditedNodeByNode(long seed) {
        GroupEdit.play(seed, maker(seed));
    }

    private static Host.Maker maker(long seed) {
        boolean hasHooks = seed % 2 == 0;
        return (node, settings, digest, clockAtZero, witness) ->
                new RunningHost(node, settings, digest, clockAtZero, hasHooks, witness);
    }
}
