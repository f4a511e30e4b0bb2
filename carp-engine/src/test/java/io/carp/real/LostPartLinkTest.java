// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One part of a node dies. The node leaves in public, and returns when the part does. */
class LostPartLinkTest {
    private static final String VIP = "10.9.0.100";
    /** So slow that a machine that stalls for some seconds does not make anybody late. */
    private static final String SLOW = " advbase=3";

    private Lan lan;
    private Wiretap wire;
    private EngineNode master;
    private EngineNode backup;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-part", 2);
        wire = new Wiretap(lan);
        master = new EngineNode(lan.host(1)).web("advskew=0" + SLOW);
        master.await("serving web");
        backup = new EngineNode(lan.host(2)).web("advskew=100" + SLOW);
        backup.awaitState("BACKUP");
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void aMasterWhoseLeasesNobodyRenewsLeavesInPublicAndComesBack() throws Exception {
        master.tell("lease ends");
        assertEquals(
                "state web INIT virtual IP is no longer held",
                master.await("state web INIT virtual").text());
        int mark = wire.mark();
        BinderHost.await("gone", () -> !master.has(VIP));
        backup.await("serving web");
        assertTrue(backup.has(VIP));
        master.await("resting web");
        String status = master.ask("status");
        assertTrue(status.contains("the thread carp-lease cannot be started: unable to create native thread"), status);
        wire.await(mark, 2, from(2));

        master.tell("lease returns");
        master.awaitState("BACKUP");
        assertEquals(List.of(), wire.since(mark, from(1).and(heard -> !heard.bowOut())), "it has no addresses");
        assertTrue(wire.last(from(1)).bowOut(), wire.heard().toString());
        int before = master.lines().size();
        backup.tell("stepdown web");
        master.await("serving web", before);
        assertTrue(master.has(VIP));
        assertTrue(master.ask("status").contains("findings []"));
    }
}
