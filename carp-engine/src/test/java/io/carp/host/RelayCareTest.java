// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.spi.Transport.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A master at advskew 26, 102 ms, whose process stands still for a while. */
class RelayCareTest {
    private static final long MILLI = 1_000_000;
    private static final long INTERVAL = 26 * 1000 * MILLI / 256;

    private SteppedHost host(String... pairs) throws ConfigurationRefused {
        String[] all = new String[pairs.length + 4];
        System.arraycopy(new String[] {"advbase", "0", "advskew", "26"}, 0, all, 0, 4);
        System.arraycopy(pairs, 0, all, 4, pairs.length);
        SteppedHost host = new SteppedHost(all);
        host.node.time.advance(MILLI);
        return host;
    }

    /** From the moment after an advertisement of its own. */
    private static void standStill(SteppedHost host, long nanos) {
        int sent = host.sent;
        while (host.sent == sent && host.runner.snapshot().state() == CarpState.MASTER) {
            host.node.pass(MILLI);
        }
        host.node.loop.pause(false);
        host.node.time.advance(nanos);
        host.node.loop.resume();
        host.node.settle();
    }

    private static long counter(SteppedHost host, String name) {
        return host.runner.snapshot().counters().get(name);
    }

    @Test
    void nothingIsRelayedWhileItRuns() throws Exception {
        SteppedHost host = host().master();
        host.node.pass(60_000 * MILLI);
        assertEquals(0, counter(host, "relayed"));
        assertEquals(counter(host, "opackets"), host.sent);
    }

    @Test
    void aPauseIsBridged() throws Exception {
        SteppedHost host = host().master();
        standStill(host, 15 * INTERVAL);
        assertEquals(14, counter(host, "relayed"));
        assertEquals(1, counter(host, "relayedPauses"));
        assertEquals(host.sent, counter(host, "opackets"));
        assertEquals(CarpState.MASTER, host.runner.snapshot().state());
        assertEquals((INTERVAL + 10 * MILLI) / MILLI, counter(host, "longestGapMillis"));
        host.node.pass(10_000 * MILLI);
        assertEquals(14, counter(host, "relayed"));
    }

    /** As with a garbage collector that has no rest: between two pauses there is time for one turn of the loop only. */
    @Test
    void pausesWithoutRestAreBridged() throws Exception {
        SteppedHost host = host().master();
        for (int pause = 0; pause < 30; pause++) {
            standStill(host, 12 * INTERVAL);
        }
        assertEquals(CarpState.MASTER, host.runner.snapshot().state());
        assertTrue(counter(host, "longestGapMillis") <= (INTERVAL + 10 * MILLI) / MILLI);
        assertEquals(30, counter(host, "relayedPauses"));
    }

    @Test
    void aPauseThatIsTooLongEndsTheMastershipOnce() throws Exception {
        SteppedHost host = host().master();
        host.events.clear();
        standStill(host, 50 * INTERVAL);
        assertEquals(19, counter(host, "relayed"), "2 s, the bow-out among them");
        assertEquals(List.of("BACKUP (" + Reason.OWN_ADVERTISEMENTS_LATE + ")"), host.events);
        host.node.pass(1000 * MILLI);
        assertEquals(CarpState.MASTER, host.runner.snapshot().state(), "nobody else was there");
        host.events.clear();
        standStill(host, 15 * INTERVAL);
        assertEquals(List.of(), host.events, "the next pause is another one");
    }

    /** Whatever is the first thing after a pause, and not only our own timer. */
    @Test
    void aDemotionAfterAPauseCostsNoMastership() throws Exception {
        SteppedHost host = host().master();
        host.node.loop.pause(false);
        host.node.time.advance(10 * INTERVAL);
        host.runner.demotions(10, List.of());
        assertEquals(CarpState.MASTER, host.runner.snapshot().state());
        assertTrue(counter(host, "relayed") >= 8);
    }

    @Test
    void nothingComesBehindTheLastWord() throws Exception {
        SteppedHost host = host().master();
        host.onLoop(() -> host.runner.stepDown(Reason.USER_REQUEST));
        int sent = host.sent;
        standStill(host, 2 * INTERVAL);
        assertEquals(sent, host.sent);
        assertEquals(0, counter(host, "relayed"));
    }

    @Test
    void nothingIsSaidOnALinkThatIsDown() throws Exception {
        SteppedHost host = host().master();
        host.door().tell(Link.DOWN, "no carrier");
        int sent = host.sent;
        standStill(host, 10 * INTERVAL);
        assertEquals(sent, host.sent);
    }

    /** While nobody renews the lease the addresses may be gone: neither we nor the kernel say that they are here. */
    @Test
    void nothingIsSaidOfAddressesInDoubt() throws Exception {
        SteppedHost host = host().master();
        host.onLapsed = () -> "nobody renews it";
        host.node.pass(INTERVAL + MILLI); // One advertisement is due, and not said.
        int sent = host.sent;
        host.node.loop.pause(false);
        host.node.time.advance(10 * INTERVAL);
        assertEquals(sent, host.sent);
        host.node.loop.resume();
    }

    @Test
    void anEditIsInForceAtOnce() throws Exception {
        SteppedHost host = host().master();
        host.onLoop(() -> host.runner.reconfigure(config("pauseTolerance", "0")));
        host.node.pass(INTERVAL + MILLI);
        int sent = host.sent;
        host.node.loop.pause(false);
        host.node.time.advance(10 * INTERVAL);
        assertEquals(sent, host.sent, "off");
        host.node.loop.resume();
        host.node.settle();
        host.node.pass(4000 * MILLI);
        host.onLoop(() -> host.runner.reconfigure(config("pauseTolerance", "1")));
        host.node.pass(INTERVAL + MILLI);
        sent = host.sent;
        host.node.loop.pause(false);
        host.node.time.advance(30 * INTERVAL);
        assertEquals(sent + 9, host.sent, "on, for a second");
    }

    private static VirtualHostConfig config(String... pairs) {
        try {
            String[] all = {"advbase", "0", "advskew", "26", pairs[0], pairs[1]};
            return SteppedHost.config(all);
        } catch (ConfigurationRefused e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRefusalIsSaidWherePausesMatter() throws Exception {
        SteppedHost host = host();
        host.relayRefusal = "EPERM";
        host.master();
        assertEquals(
                List.of("etc/web.cfg: pauseTolerance: a pause of this Java process can cost the mastership, for nothing"
                        + " advertises meanwhile: EPERM"),
                host.findings);
        standStill(host, 10 * INTERVAL);
        assertEquals(0, counter(host, "relayed"));
        host.doors.values().forEach(door -> door.relay.refusal = "");
        host.node.pass(20_000 * MILLI);
        assertTrue(host.runner.snapshot().findings().isEmpty(), "it was allowed meanwhile");
        standStill(host, 10 * INTERVAL);
        assertEquals(9, counter(host, "relayed"));
    }

    @Test
    void withAdvertisementsEverySecondItIsSaidToWhoAskedOnly() throws Exception {
        SteppedHost silent = new SteppedHost("advbase", "1", "lease", "false");
        silent.relayRefusal = "EPERM";
        silent.master();
        assertEquals(List.of(), silent.findings);
        SteppedHost asked = new SteppedHost("advbase", "1", "lease", "false", "pauseTolerance", "30");
        asked.relayRefusal = "EPERM";
        asked.master();
        assertEquals(1, asked.findings.size());
    }
}
