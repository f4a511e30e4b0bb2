// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One runner in virtual time: how it begins, and which failures do not end its mastership. */
class RunnerStartAndStayTest {
    private static final int ENETDOWN = 100;

    private SteppedHost on;
    private VirtualHostRunner runner;

    private void runner(String... pairs) throws Exception {
        on = new SteppedHost(pairs);
        runner = on.runner;
    }

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private VirtualHostView view() {
        return runner.snapshot();
    }

    private CarpState stateAfter(long seconds) {
        on.node.pass(seconds * SECOND);
        return view().state();
    }

    private void edit(String... pairs) throws ConfigurationRefused {
        VirtualHostConfig edited = SteppedHost.config(pairs);
        on.onLoop(() -> runner.reconfigure(edited));
    }

    private void hear(StandardProtocolFamily family, int advskew) throws Exception {
        String source = family == INET ? "10.0.0.9" : "fe80::9";
        SteppedHost.Door door = on.doors.get(family);
        var packet = SteppedHost.advertisement(runner.config().digest(), 1, advskew);
        InetAddress from = InetAddress.getByName(source);
        on.onLoop(() -> door.listener.received(from, 255, packet));
    }

    // --- startupDelay

    @Test
    void aDelayedStartSaysUntilWhenItTakesNoPart() throws Exception {
        runner("startupDelay", "30", "preempt", "true");
        on.open();
        hear(INET, 200);
        assertEquals(INIT, stateAfter(29));
        assertEquals(Reason.STARTING, view().reason());
        assertTrue(view().detail().startsWith("takes no part until "), view().detail());
        assertTrue(view().detail().endsWith("Z: startupDelay = 30"), view().detail());
        assertEquals(1, view().peers().size(), "who speaks meanwhile is seen");
        assertEquals(0, on.sent);
        assertEquals(BACKUP, stateAfter(1));
        assertEquals(Reason.INITIALIZATION_COMPLETE, view().reason());
        assertEquals("", view().detail());
        assertEquals(MASTER, stateAfter(3));
    }

    @Test
    void theLinkMayGoAndComeDuringTheDelay() throws Exception {
        runner("startupDelay", "10");
        on.open();
        on.node.pass(SECOND);
        on.door().tell(Link.DOWN, "no carrier");
        assertEquals(INIT, stateAfter(15));
        assertEquals("no carrier", view().detail());
        on.door().tell(Link.UP, "");
        assertEquals(BACKUP, view().state(), "the delay counts from the first start");
    }

    @Test
    void anEditOfTheDelayCountsAtOnce() throws Exception {
        runner("startupDelay", "3600");
        on.open();
        assertEquals(INIT, stateAfter(20));
        edit("startupDelay", "25");
        assertTrue(view().detail().endsWith("startupDelay = 25"), view().detail());
        assertEquals(INIT, stateAfter(4));
        assertEquals(BACKUP, stateAfter(1));
    }

    @Test
    void whoEndsDuringTheDelayStaysOut() throws Exception {
        runner("startupDelay", "10");
        on.open();
        on.onLoop(runner::end);
        assertEquals(INIT, stateAfter(60));
        assertEquals(0, on.sent);
    }

    // --- ignoreLink

    private void tellDown() {
        on.door().source = InetAddress.getLoopbackAddress();
        on.door().sendError = ENETDOWN;
        on.door().tell(Link.DOWN, "interface eth0 has no carrier");
    }

    @Test
    void aMasterThatIgnoresItsLinkGoesOn() throws Exception {
        runner("ignoreLink", "true");
        on.master();
        tellDown();
        int sent = on.sent;
        int[] renewed = {0};
        on.onAdvertised = () -> renewed[0]++;
        assertEquals(MASTER, stateAfter(10));
        assertEquals(sent + 10, on.sent, "it goes on trying");
        assertEquals(0, view().counters().get("sendErrors"), "and is not blamed for it");
        assertEquals(10, renewed[0], "nor may its addresses run out");
        assertFalse(on.node.diary().contains("link down"), "nor does it cost worth");
        assertEquals(1, view().findings().size());
        assertEquals(
                "etc/web.cfg: interface eth0 has no carrier; ignored, for ignoreLink = true",
                view().findings().get(0).text());
        on.door().sendError = 0;
        on.door().tell(Link.UP, "");
        assertEquals(List.of(), view().findings());
        assertEquals(MASTER, stateAfter(10));
    }

    @Test
    void itStartsWithoutALink() throws Exception {
        runner("ignoreLink", "true");
        on.node.loop.execute(runner::open);
        on.node.settle();
        tellDown();
        assertEquals(BACKUP, view().state());
        assertEquals(MASTER, stateAfter(3));
    }

    @Test
    void anEditTakesTheLinkForWhatItIsAndBack() throws Exception {
        runner();
        on.master();
        tellDown();
        assertEquals(INIT, view().state());
        edit("ignoreLink", "true");
        assertEquals(BACKUP, view().state());
        assertEquals(MASTER, stateAfter(3));
        edit("ignoreLink", "false");
        assertEquals(INIT, view().state());
        assertEquals(Reason.LINK_DOWN, view().reason());
    }

    @Test
    void withoutAnAddressToSpeakFromThereIsNothingToIgnore() throws Exception {
        runner("ignoreLink", "true");
        on.master();
        on.door().tell(Link.DOWN, "interface eth0 is gone");
        assertEquals(INIT, view().state());
    }

    // --- familyRule

    @Test
    void onlyAFamilyWhoseLinkIsUpCanBeSilent() throws Exception {
        runner("familyRule", "any", "virtualIps", "10.0.0.100,fd00::100", "advskew", "100");
        on.open();
        for (int n = 0; n < 5; n++) {
            on.node.pass(2 * SECOND);
            hear(INET, 0);
            hear(INET6, 0);
        }
        assertEquals(BACKUP, view().state());
        on.doors.get(INET6).tell(Link.DOWN, "no link-local IPv6 address to advertise from");
        for (int n = 0; n < 5; n++) {
            on.node.pass(2 * SECOND);
            hear(INET, 0);
        }
        assertEquals(BACKUP, view().state(), "what cannot be heard is not silent");
        on.doors.get(INET6).tell(Link.UP, "");
        on.node.pass(2 * SECOND);
        hear(INET, 0);
        assertEquals(BACKUP, view().state(), "it has its whole time before it");
        assertEquals(MASTER, stateAfter(2));
        edit("familyRule", "all", "virtualIps", "10.0.0.100,fd00::100", "advskew", "100");
        hear(INET, 0);
        assertEquals(BACKUP, view().state());
        for (int n = 0; n < 5; n++) {
            on.node.pass(2 * SECOND);
            hear(INET, 0);
        }
        assertEquals(BACKUP, view().state());
    }
}
