// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node of ours on host 1, and on host 2 a real ucarp that uses another group or broadcasts. */
class UcarpDeliveryLinkTest {
    private static final String VIP = "10.9.0.100";

    @TempDir
    Path scripts;

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        Ucarp.assumeInstalled();
        Ucarp.writeScripts(scripts);
        lan = new Lan("carp-ucarp-way", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"broadcast=true, -M", "group=239.1.2.3, --mcast=239.1.2.3", "source=10.9.0.1, -M"})
    void theAddressGoesFromUcarpToOursAndBack(String ourSettings, String ucarpOptions) throws Exception {
        var master = new Ucarp(lan, 2, scripts, "-b 1 -k 0 " + ucarpOptions);
        master.awaitState("MASTER");
        var ours = new EngineNode(lan.host(1)).web("advskew=50 deadRatio=10 " + ourSettings);
        ours.awaitState("BACKUP");
        wire.await(wire.mark(), 5, from(2));
        assertEquals(List.of(), wire.since(0, from(1)), "ours advertised");
        assertEquals("BACKUP", ours.state());
        master.kill();
        ours.await("serving web");
        assertTrue(ours.has(VIP));

        lan.host(2).ip("address delete " + VIP + "/32 dev eth0"); // The dead ucarp has left the address behind.
        int mark = wire.mark();
        var backup = new Ucarp(lan, 2, scripts, "-b 1 -k 100 -r 10 " + ucarpOptions);
        backup.awaitState("BACKUP");
        wire.await(wire.mark(), 8, from(1));
        assertEquals(List.of(), wire.since(mark, from(2)), "ucarp advertised");
        assertEquals("BACKUP", backup.state());
        assertEquals(List.of(), backup.complaints());
        var status = ours.ask("status");
        assertTrue(status.contains("wrongPeer=0") && status.contains("badauth=0"), status);
        ours.stop();
        backup.awaitState("MASTER");
        BinderHost.await("ucarp has the address", () -> lan.host(2)
                .call(() -> !BinderHost.dump(VIP).isEmpty()));
        assertFalse(ours.has(VIP));
        assertEquals(List.of(), backup.complaints());
    }
}
