// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel of a node takes no advertisements, because a policy forbids them. All other packets pass. */
class SendErrorLinkTest {
    /** Makes sendmsg fail with EPERM, as a firewall would. Incoming packets and ARP pass. */
    private static final String POLICY = "dir out src 0.0.0.0/0 dst 224.0.0.18/32";

    /** So slow that a machine that stalls for some seconds does not make anybody late. */
    private static final String SLOW = " advbase=3";

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-send", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void whoCannotSendIsWorthLessUntilItCan() throws Exception {
        var master = new EngineNode(lan.host(1)).web("advskew=0" + SLOW);
        master.await("serving web");
        wire.await(wire.mark(), 1, from(1));
        var backup = new EngineNode(lan.host(2)).web("advskew=100" + SLOW);
        backup.awaitState("BACKUP");

        lan.host(1).ip("xfrm policy add " + POLICY + " action block");
        master.await("demoted 240 send errors on eth0");
        var finding = master.await("finding web").text();
        assertTrue(
                finding.contains("three advertisements in a row did not leave: IPv4 (EPERM: Operation not"
                        + " permitted; a firewall or policy of this machine)"),
                finding);
        backup.await("serving web");
        master.awaitState("BACKUP"); // It hears the other node, which is better than one demoted by 240.
        assertTrue(
                master.ask("status").contains("sending"),
                "a backup sends nothing, so for a minute it does not know better");

        lan.host(1).ip("xfrm policy delete " + POLICY);
        int mark = wire.mark();
        backup.stop();
        wire.await(mark, 3, from(1).and(heard -> heard.advskew() == 240));
        master.await("demoted 0 eth0 sends again");
        wire.await(mark, 1, from(1).and(heard -> heard.advskew() == 0));
    }
}
