// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.consumers.VirtualHostView;
import io.carp.spi.AddressInUseException;
import io.carp.spi.Transport.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When addresses that could not be had or kept are tried again. */
class AddressRetryTest {
    private SteppedHost on;

    @BeforeEach
    void runner() throws ConfigurationRefused {
        on = new SteppedHost();
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private VirtualHostView view() {
        return on.runner.snapshot();
    }

    @Test
    void whoDeletesTheAddressesAgainAndAgainIsFoughtLessAndLessOften() {
        on.master();
        for (int pause : List.of(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300)) {
            on.binderListener.gaveUp("10.0.0.100 was deleted");
            on.binderListener.gaveUp("10.0.0.101 was deleted");
            on.node.settle();
            assertEquals(INIT, view().state(), "a peer may have them meanwhile");
            assertTrue(view().findings().get(0).text().endsWith("deleted; tried again after " + pause + " s"));
            on.node.pass((pause - 1) * SECOND);
            assertEquals(INIT, view().state());
            on.node.pass(5 * SECOND);
            assertEquals(MASTER, view().state(), "without a hand");
            assertEquals(List.of(), view().findings());
        }
        on.node.pass(601 * SECOND);
        on.binderListener.gaveUp("10.0.0.100 was deleted");
        on.node.settle();
        assertTrue(view().findings().get(0).text().endsWith("after 1 s"), "after a quiet while it begins anew");
    }

    private void hear(int advskew) throws Exception {
        var digest = SteppedHost.config().digest();
        on.door()
                .listener
                .received(InetAddress.getByName("10.0.0.9"), 255, SteppedHost.advertisement(digest, 1, advskew));
        on.node.settle();
    }

    @Test
    void whoCannotBindTakesFromAPeerLessAndLessOften() throws Exception {
        on = new SteppedHost("preempt", "true");
        on.node.binding = () -> {
            throw new IOException("not permitted");
        };
        on.open();
        for (int pause : List.of(10, 20, 40, 80, 160, 300, 300)) {
            hear(100);
            assertEquals(INIT, view().state(), "preempted, and gave up");
            assertTrue(view().findings().get(0).text().endsWith("not permitted; tried again after " + pause + " s"));
            on.node.pass((pause - 1) * SECOND);
            assertEquals(INIT, view().state());
            on.node.pass(2 * SECOND);
            assertEquals(BACKUP, view().state());
        }
    }

    @Test
    void whoCannotBindTriesOftenWhileNobodyElseServes() {
        on.node.binding = () -> {
            throw new IOException("not permitted");
        };
        on.open();
        on.node.pass(140 * SECOND);
        int tries = Collections.frequency(on.node.diary(), "bind");
        assertTrue(tries >= 10, "every ten seconds and a master-down time: " + tries);
    }

    @Test
    void addressesThatWillBeLostAreAFindingUntilTheyWillNot() {
        on.master();
        on.binderListener.renewalLate("nobody renews them");
        on.node.settle();
        assertEquals("lease", view().findings().get(0).code());
        assertTrue(view().findings().get(0).text().endsWith("nobody renews them"));
        assertEquals(MASTER, view().state());
        on.binderListener.renewalLate("");
        on.node.settle();
        assertEquals(List.of(), view().findings());
    }

    @Test
    void addressesThatSomebodyElseHasTooAreAFindingUntilHeIsSilent() {
        on.master();
        on.binderListener.addressContested("another machine has 10.0.0.100, too");
        on.node.settle();
        assertEquals("conflict", view().findings().get(0).code());
        assertTrue(view().findings().get(0).text().endsWith("another machine has 10.0.0.100, too"));
        assertEquals(MASTER, view().state());
        on.binderListener.addressContested("");
        on.node.settle();
        assertEquals(List.of(), view().findings());
    }

    @Test
    void whoHasTheAddressesAfterUsIsNoFinding() {
        on.master();
        on.runner.stepDown(Reason.USER_REQUEST);
        on.node.settle();
        on.binderListener.addressContested("another machine has 10.0.0.100, too");
        on.node.settle();
        assertEquals(List.of(), view().findings());
    }

    @Test
    void addressesAreTriedAtOnceWhenTheLinkComesBack() {
        on.onPrepare = () -> {
            throw new AddressInUseException("10.0.0.100 is bound by another process");
        };
        on.open();
        on.door().tell(Link.UNUSABLE, "another process has it");
        on.node.pass(100 * SECOND);
        int prepared = on.prepared;
        on.onPrepare = () -> null;
        on.door().tell(Link.UP, "");
        assertEquals(1, on.prepared - prepared);
        assertTrue(view().state() != INIT);
    }
}
