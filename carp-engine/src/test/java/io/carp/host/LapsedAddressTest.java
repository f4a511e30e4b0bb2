// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.consumers.VirtualHostView;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A MASTER whose leases are renewed no more. */
class LapsedAddressTest {
    private SteppedHost on;

    @BeforeEach
    void master() throws ConfigurationRefused {
        on = new SteppedHost().master();
        on.node.diary();
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private VirtualHostView view() {
        return on.runner.snapshot();
    }

    @Test
    void itIsNotAdvertisedAndThePeersAreToldAtOnce() {
        on.node.pass(SECOND / 2);
        int before = on.sent;
        on.onLapsed = () -> "nobody renews them";
        on.onPrepare = () -> {
            throw new IOException("nobody would renew them");
        };
        on.node.pass(3 * SECOND / 2);
        assertEquals(before + 1, on.sent, "the bow-out and nothing else");
        assertEquals(INIT, view().state());
        assertEquals(Reason.ADDRESS_LAPSED, view().reason());
        assertEquals("addresses", view().findings().get(0).code());
        List<String> diary = on.node.diary();
        assertTrue(diary.contains("unregister") && diary.contains("unbind"), diary.toString());
        on.node.pass(10 * SECOND);
        assertEquals(INIT, view().state(), "as long as nobody would keep them");
        assertTrue(
                view().findings().get(0).text().endsWith("nobody would renew them"),
                view().findings().toString());
    }

    /** A worse master is another reason to advertise, beside the timer. */
    @Test
    void nobodyWhoIsWorseGetsAnAnswer() throws Exception {
        on.node.pass(SECOND / 2);
        int before = on.sent;
        on.onLapsed = () -> "nobody renews them";
        on.onPrepare = () -> {
            throw new IOException("nobody would renew them");
        };
        InetAddress worse = InetAddress.getByName("10.0.0.9");
        var packet = SteppedHost.advertisement(SteppedHost.config().digest(), 1, 200);
        on.onLoop(() -> on.door().listener.received(worse, 255, packet));
        assertEquals(before, on.sent);
        on.node.pass(SECOND / 5);
        assertEquals(INIT, view().state(), "the moment of doubt has begun with that");
        assertEquals(before + 1, on.sent, "the bow-out");
    }

    @Test
    void whenTheyAreKeptAgainItTakesPartAgain() {
        on.onLapsed = () -> "nobody renews them";
        on.node.pass(2 * SECOND);
        assertEquals(INIT, view().state());
        on.onLapsed = () -> "";
        on.node.pass(SECOND);
        assertEquals(BACKUP, view().state());
        assertEquals(List.of(), view().findings());
        on.node.pass(4 * SECOND);
        assertEquals(MASTER, view().state());
    }

    @Test
    void aMomentOfDoubtIsOneOfSilenceAndNoMore() {
        int[] doubts = new int[1];
        on.onLapsed = () -> doubts[0]++ == 0 ? "held up, together with all of the machine" : "";
        on.node.pass(5 * SECOND);
        assertTrue(doubts[0] >= 5, "asked before each advertisement: " + doubts[0]);
        assertEquals(MASTER, view().state());
        assertEquals(List.of(), on.node.diary());
    }

    @Test
    void whileConsumersLetGoForAnOrderlyEndItLeavesAllTheSame() {
        on.node.deactivation = () -> {
            on.onLapsed = () -> "nobody renews them";
            on.node.time.advance(3 * SECOND);
            return null;
        };
        on.onLoop(() -> on.runner.stepDown(Reason.USER_REQUEST));
        assertTrue(on.events.contains("INIT (" + Reason.ADDRESS_LAPSED + ")"), on.events.toString());
    }

    @Test
    void whatIsThrownInTheMiddleOfAPromotionLosesNothingOfIt() throws ConfigurationRefused {
        on = new SteppedHost().open();
        on.onAdvertised = () -> {
            on.onAdvertised = () -> {};
            throw new NoClassDefFoundError("on purpose");
        };
        assertThrows(NoClassDefFoundError.class, () -> on.node.pass(4 * SECOND));
        on.node.pass(SECOND);
        assertEquals(MASTER, view().state());
        List<String> diary = on.node.diary();
        assertTrue(diary.containsAll(List.of("bind", "register")), diary.toString());
        int before = on.sent;
        on.node.pass(3 * SECOND);
        assertTrue(on.sent > before, "and goes on to advertise");
    }

    @Test
    void aBinderThatThrowsIsAFindingAndStopsNothing() {
        on.onLapsed = () -> {
            throw new IllegalStateException("on purpose");
        };
        on.node.pass(3 * SECOND);
        assertEquals(MASTER, view().state());
        assertTrue(view().findings().get(0).text().endsWith("on purpose"));
    }
}
