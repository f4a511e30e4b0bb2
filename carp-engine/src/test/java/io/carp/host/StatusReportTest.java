// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.Transition;
import io.carp.config.ConfigurationRefused;
import io.carp.consumers.VirtualHostView;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is shown to an operator. */
class StatusReportTest {
    private static final InetAddress PEER = InetAddress.getLoopbackAddress();

    private final SteppedHost on;

    StatusReportTest() throws ConfigurationRefused {
        on = new SteppedHost().open();
    }

    @Test
    void theLatestTwentyTransitionsLatestFirst() {
        for (int i = 0; i < 15; i++) {
            on.door().tell(Link.DOWN, "no carrier");
            on.door().tell(Link.UP, "");
        }
        VirtualHostView view = on.runner.snapshot();
        assertEquals(20, view.transitions().size());
        Transition last = view.transitions().get(0);
        assertEquals(CarpState.BACKUP, last.to());
        assertEquals(Reason.LINK_UP, last.reason());
        assertEquals(last.at(), view.since());
        assertEquals(Reason.LINK_UP, view.reason());
        assertEquals("", view.detail());
        assertThrows(
                UnsupportedOperationException.class, () -> view.transitions().clear());
    }

    @Test
    void howLongAgoIsTrueWhateverSomebodySetsTheClockTo() {
        on.door().tell(Link.DOWN, "no carrier");
        var clock = on.node.loop.wallClock();
        on.node.pass(10 * SteppedNode.SECOND);
        for (int hours : new int[] {0, 2, -24}) {
            on.node.loop.setClock(Duration.ofHours(hours));
            assertEquals(
                    Duration.ofSeconds(10),
                    Duration.between(on.runner.snapshot().since(), clock.instant()),
                    hours + " h");
        }
    }

    @Test
    void whyItStaysOut() {
        on.door().tell(Link.UNUSABLE, "no such interface");
        VirtualHostView view = on.runner.snapshot();
        assertEquals(Reason.INTERFACE_UNUSABLE, view.reason());
        assertEquals("no such interface", view.detail());
        assertEquals("interface", view.findings().get(0).code());
        assertTrue(view.findings().get(0).text().contains("interface = eth0: no such interface"));
        on.door().tell(Link.DOWN, "no carrier");
        assertEquals("no carrier", on.runner.snapshot().detail());
        on.door().tell(Link.UP, "");
        assertEquals(0, on.runner.snapshot().findings().size());
    }

    @Test
    void peersAndMasterAndCounters() throws ConfigurationRefused {
        on.node.pass(SteppedNode.SECOND);
        on.onLoop(() -> {
            try {
                on.door()
                        .listener
                        .received(
                                PEER,
                                255,
                                SteppedHost.advertisement(SteppedHost.config().digest(), 1, 9));
            } catch (ConfigurationRefused e) {
                throw new IllegalStateException(e);
            }
        });
        on.node.pass(2 * SteppedNode.SECOND);
        VirtualHostView view = on.runner.snapshot();
        assertEquals(PEER, view.master().orElseThrow());
        assertEquals(9, view.peers().get(0).advskew());
        assertEquals(
                on.node.loop.wallClock().instant().minusSeconds(2),
                view.peers().get(0).lastHeard());
        assertEquals(1L, view.counters().get("ipackets"));
        assertEquals(0L, view.counters().get("badvhid"));
        on.onLoop(() -> on.door().listener.received(PEER, 7, java.nio.ByteBuffer.allocate(36)));
        assertEquals(
                1L,
                on.runner.snapshot().counters().get("badttl"),
                on.runner.snapshot().counters().toString());
    }

    @Test
    void allNumbersAreThere() {
        String names = "ipackets ipackets6 badif badttl badsum badver badlen badauth badvhid opackets opackets6 preempt"
                + " looped replayed ties bowOutsReceived bowOutsSent sendErrors becameMaster becameBackup lateWakeups"
                + " longestGapMillis";
        for (String name : names.split(" ")) {
            assertTrue(on.runner.snapshot().counters().containsKey(name), name);
        }
    }
}
