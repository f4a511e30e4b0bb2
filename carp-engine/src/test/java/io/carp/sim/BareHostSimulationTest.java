// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Settings;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Histories of the protocol alone: being master is having the addresses. */
class BareHostSimulationTest {
    @Test
    void afterChaosAllIsWell() {
        play(Seeds.THOUSAND, "afterChaosAllIsWell", seed -> Chaos.play(seed, Bare::new));
    }

    @Test
    void onAGoodLinkNobodyIsInTheWay() {
        play(Seeds.HUNDRED, "onAGoodLinkNobodyIsInTheWay", seed -> Calm.play(seed, Bare::new));
    }

    @Test
    void aGroupIsEditedNodeByNode() {
        play(Seeds.HUNDRED, "aGroupIsEditedNodeByNode", seed -> GroupEdit.play(seed, Bare::new));
    }

    private static void play(long usual, String test, LongConsumer history) {
        Seeds.play(usual, BareHostSimulationTest.class, test, history);
    }

    private static final class Bare implements Host {
        private final BareHost host;

        Bare(SimulatedNode node, Settings settings, AdvertisementDigest digest, long clockAtZero, Witness witness) {
            host = new BareHost(node.loop(), node.station(), settings, digest, clockAtZero, new BareHost.Journal() {
                @Override
                public void changed(CarpState from, CarpState to, Reason reason) {
                    if (from == CarpState.MASTER || to == CarpState.MASTER) {
                        witness.bound(to == CarpState.MASTER);
                    }
                }
            });
        }

        @Override
        public void start() {
            host.start();
        }

        @Override
        public CompletableFuture<?> stop() {
            host.stop();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void stepDown() {
            host.input(now -> host.machine().stepDown(Reason.USER_REQUEST, now));
        }

        @Override
        public void takeOver() {
            if (!host.machine().isOutranked()) {
                host.input(host.machine()::takeOver);
            }
        }

        @Override
        public void demote(int total) {
            host.input(now -> host.machine().demotion(total, now));
        }

        @Override
        public void edit(Settings settings, AdvertisementDigest digest) {
            host.input(now -> host.machine().reconfigure(settings, digest, now));
        }

        @Override
        public long believed() {
            return host.machine().counters().get(Counter.ipackets)
                    + host.machine().counters().get(Counter.ipackets6);
        }

        @Override
        public boolean isMaster() {
            return host.machine().state() == CarpState.MASTER;
        }

        @Override
        public boolean isBackup() {
            return host.machine().state() == CarpState.BACKUP;
        }

        @Override
        public boolean isBound() {
            return isMaster();
        }

        @Override
        public boolean isMastershipKnown() {
            return isMaster();
        }
    }
}
