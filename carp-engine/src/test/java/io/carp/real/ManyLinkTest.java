// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As many virtual hosts as a link can have, and many links; what that costs, {@code scripts/measure} tells. */
class ManyLinkTest {
    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-many", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void allVirtualHostsOfALinkAreTakenOverFromANodeThatIsKilled() throws Exception {
        var wire = new Wiretap(lan);
        var all = new Many(1, 255);
        var master = new EngineNode(lan.host(1));
        all.start(master, "advskew=0");
        all.await(master, "serving ", "");
        all.awaitBound(master.host, 255);
        var backup = new EngineNode(lan.host(2));
        all.start(backup, "advskew=100");
        all.await(backup, "state ", " BACKUP initialization complete");
        int mark = wire.mark();
        BinderHost.await(
                "all advertise",
                60_000,
                () -> wire.since(mark, from(1)).stream()
                                .map(Wiretap.Heard::vhid)
                                .collect(Collectors.toSet())
                                .size()
                        == 255);

        master.signal("KILL");
        all.await(backup, "state ", " MASTER master timed out");
        all.await(backup, "serving ", "");
        all.awaitBound(backup.host, 255);
        all.awaitBound(master.host, 0);
    }

    @Test
    void aThousandOnFourLinksAreHandedOverInGoodOrder() throws Exception {
        var all = new Many(4, 250);
        all.plug(lan);
        var master = new EngineNode(lan.host(1));
        all.start(master, "advskew=0");
        all.await(master, "serving ", "");
        all.awaitBound(master.host, 1000);
        var backup = new EngineNode(lan.host(2));
        all.start(backup, "advskew=100");
        all.await(backup, "state ", " BACKUP initialization complete");

        master.stop();
        assertEquals(0, all.bound(master.host));
        all.await(master, "resting ", "");
        all.await(backup, "serving ", "");
        all.awaitBound(backup.host, 1000);
    }
}
