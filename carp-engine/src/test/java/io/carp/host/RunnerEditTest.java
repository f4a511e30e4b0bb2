// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edits of a running virtual host, and what is asked of it. */
class RunnerEditTest {
    private SteppedHost on;
    private VirtualHostRunner runner;

    @BeforeEach
    void runner() throws ConfigurationRefused {
        on = new SteppedHost();
        runner = on.runner;
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private VirtualHostView view() {
        return runner.snapshot();
    }

    @Test
    void anEditThatChangesNothingRestartsNothing() throws Exception {
        on.open();
        on.node.pass(2 * SECOND);
        VirtualHostConfig same = SteppedHost.config();
        on.onLoop(() -> runner.reconfigure(same));
        on.node.pass(3 * SECOND / 2);
        assertEquals(MASTER, view().state(), "the master-down time runs from the start, not from the edit");
        int sent = on.sent;
        on.onLoop(() -> runner.reconfigure(same));
        assertEquals(sent, on.sent);
        VirtualHostConfig other = SteppedHost.config("advskew", "3");
        on.onLoop(() -> runner.reconfigure(other));
        assertEquals(sent + 1, on.sent, "but this one is told at once");
    }

    @Test
    void anEditBeforeItMayBeginWaitsForThat() throws Exception {
        VirtualHostConfig other = SteppedHost.config("advskew", "3");
        on.onLoop(() -> runner.reconfigure(other));
        assertEquals(0, on.doors.size(), "whoever was here before has not let go yet");
        assertEquals(0, on.prepared);
        on.master();
        assertEquals(3, view().advskew());
        assertEquals(MASTER, view().state());
    }

    @Test
    void aDoubtIsToldOnce() throws ConfigurationRefused {
        on = new SteppedHost("pass", "x".repeat(20));
        runner = on.runner;
        on.open();
        VirtualHostConfig still = SteppedHost.config("pass", "x".repeat(20), "advskew", "3");
        on.onLoop(() -> runner.reconfigure(still));
        assertEquals(1, on.findings.size());
        assertEquals(1, view().findings().size());
        VirtualHostConfig mended = SteppedHost.config();
        on.onLoop(() -> runner.reconfigure(mended));
        assertEquals(List.of(), view().findings());
    }

    @Test
    void stepDownAndTakeOverAnswerWithTheOutcome() throws Exception {
        on.master();
        CompletableFuture<io.carp.VirtualHost> down = CompletableFuture.supplyAsync(
                        () -> runner.stepDown(Reason.USER_REQUEST), on.node.loop::execute)
                .thenCompose(done -> done);
        on.letGo();
        assertEquals(BACKUP, down.get().state());
        on.door()
                .listener
                .received(
                        InetAddress.getByName("10.0.0.9"),
                        255,
                        SteppedHost.advertisement(SteppedHost.config().digest(), 1, 100));
        CompletableFuture<io.carp.VirtualHost> up = CompletableFuture.supplyAsync(
                        runner::takeOver, on.node.loop::execute)
                .thenCompose(done -> done);
        on.node.settle();
        assertTrue(((VirtualHostView) up.get()).bound());
        assertEquals("10.0.0.9", up.get().peers().get(0).address().getHostAddress());
    }
}
