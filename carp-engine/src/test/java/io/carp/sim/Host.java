// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Settings;
import java.util.concurrent.CompletableFuture;

/** One virtual host on a simulated node, whatever it is made of. Everything is called on its loop. */
public interface Host {
    void start();

    /** Stops in good order. The result completes when a successor on this node may start. */
    CompletableFuture<?> stop();

    void stepDown();

    /** Takes over, unless that would not last. */
    void takeOver();

    void demote(int total);

    /** An edit of the rules, the pass or the addresses. */
    void edit(Settings settings, AdvertisementDigest digest);

    boolean isMaster();

    boolean isBackup();

    boolean isBound();

    /** Whether consumers were told of the mastership. */
    boolean isMastershipKnown();

    /** Whether its kernel advertises for it while it stands still. */
    default boolean isRelayed() {
        return false;
    }

    /** How many packets were believed so far. */
    long believed();

    /** Makes a host that has not started yet. */
    interface Maker {
        Host make(SimulatedNode node, Settings settings, AdvertisementDigest digest, long clockAtZero, Witness witness);
    }

    /** Told what a history is judged by. */
    interface Witness {
        /** The addresses were bound, or released. */
        void bound(boolean bound);

        /** An invariant does not hold. An exception would be caught and logged where it is thrown. */
        void broken(String how);
    }
}
