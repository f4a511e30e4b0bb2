// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;

import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.VirtualHost;
import io.carp.mastership.MastershipDriver;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Neighbour;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a person or program may ask of a virtual host, to step down or to take over, and why it is refused. Loop thread
 * only.
 */
final class Requests {
    private final CarpStateMachine machine;
    private final StepPerformer performance;
    private final MastershipDriver mastership;
    private final Supplier<VirtualHost> snapshot;

    /** @param snapshot gives the virtual host as it is now */
    Requests(
            CarpStateMachine machine,
            StepPerformer performance,
            MastershipDriver mastership,
            Supplier<VirtualHost> snapshot) {
        this.machine = machine;
        this.performance = performance;
        this.mastership = mastership;
        this.snapshot = snapshot;
    }

    /** MASTER → BACKUP in good order. */
    CompletableFuture<VirtualHost> stepDown(Reason why) {
        if (machine.state() != MASTER) {
            return refuse(Refusal.NOT_MASTER, "this node is " + machine.state() + ", only a MASTER can step down");
        }
        return mastership
                .giveUp(snapshot.get(), BACKUP, why, () -> performance.of(now -> machine.stepDown(why, now)))
                .thenApply(released -> snapshot.get());
    }

    /** BACKUP → MASTER at once. The result completes when the addresses are bound. */
    CompletableFuture<VirtualHost> takeOver() {
        if (machine.state() != BACKUP) {
            return refuse(Refusal.NOT_BACKUP, "this node is " + machine.state() + ", only a BACKUP can take over");
        }
        if (machine.isOutranked()) {
            return refuse(
                    Refusal.OUTRANKED,
                    "the living master "
                            + machine.master().map(Neighbour::toString).orElse("")
                            + " would win the address back at once: let it step down, or lower advskew here");
        }
        performance.of(machine::takeOver);
        return mastership.whenBound().thenApply(bound -> snapshot.get());
    }

    private static CompletableFuture<VirtualHost> refuse(Refusal refusal, String why) {
        return CompletableFuture.failedFuture(new RequestRefusedException(refusal, why));
    }
}
