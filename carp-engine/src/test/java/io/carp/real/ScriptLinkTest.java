// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of ours with the two scripts of a ucarp. */
class ScriptLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String UP = "up eth0 10.9.0.100 blue";
    private static final String DOWN = "down eth0 10.9.0.100 blue";

    @TempDir
    Path scripts;

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        Ucarp.writeScripts(scripts);
        lan = new Lan("carp-script", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode ours(String settings) throws Exception {
        return new EngineNode(lan.host(1))
                .web("binder.target=(carp.binder=script) upScript=" + scripts + "/vip-up downScript=" + scripts
                        + "/vip-down xparam=blue " + settings);
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(scripts.resolve("calls"));
    }

    @Test
    void theScriptsAreCalledAsByUcarp() throws Exception {
        var ours = ours("advskew=0");
        ours.awaitState("BACKUP");
        assertEquals(List.of(DOWN), calls());
        ours.await("serving web");
        assertEquals(List.of(DOWN, UP), calls());
        assertTrue(ours.has(VIP));
        wire.awaitAnnounced(VIP);
        ours.stop();
        assertEquals(List.of(DOWN, UP, DOWN), calls());
        BinderHost.await("the address is gone", () -> !ours.has(VIP));
    }

    @Test
    void whatAKilledNodeLeftBehindIsRemovedAtTheNextStart() throws Exception {
        var killed = ours("advskew=0");
        killed.await("serving web");
        killed.signal("KILL");
        assertTrue(killed.has(VIP), "the price of scripts: no lease");
        var next = ours("advskew=0");
        next.awaitState("BACKUP");
        assertEquals(List.of(DOWN, UP, DOWN), calls());
        BinderHost.await("the address is gone", () -> !next.has(VIP));
    }

    @Test
    void theyShareAnAddressWithUcarp() throws Exception {
        Ucarp.assumeInstalled();
        var ours = ours("advskew=0");
        ours.await("serving web");
        var ucarp = new Ucarp(lan, 2, scripts, "-b 1 -k 100");
        ucarp.awaitState("BACKUP");
        wire.await(wire.mark(), 2, from(1));
        ours.ask("stepdown");
        ucarp.awaitState("MASTER");
        wire.await(wire.mark(), 2, from(2));
        BinderHost.await(
                "the address has moved",
                () -> !ours.has(VIP)
                        && lan.host(2).call(() -> !BinderHost.dump(VIP).isEmpty()));
        ucarp.kill();
        BinderHost.await("ours serves again", 30_000, () -> ours.state().equals("MASTER") && ours.has(VIP));
        assertEquals(List.of(), ucarp.complaints());
    }
}
