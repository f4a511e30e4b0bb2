// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seals on a real link: between two of ours, in both families, and beside a ucarp that knows none. */
class SealLinkTest {
    private static final String KEY = "sealKey=1:0123456789abcdef0123456789abcdef ";

    /** Seconds. */
    private static final int WINDOW = 4;

    private static final String OVERLAP = "digestOverlap=" + WINDOW + " deadRatio=5 ";

    @TempDir
    Path scripts;

    private Lan lan;

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode node(int n, String settings) throws Exception {
        return new EngineNode(lan.host(n)).web(settings);
    }

    private static void edit(EngineNode node, String settings) throws Exception {
        int before = node.lines().size();
        node.tell("edit web " + settings);
        node.await("edited web", before);
    }

    @Test
    void aGroupMovesFromNoneToRequiredAndThenHandsOver() throws Exception {
        lan = new Lan("carp-seal", 3);
        var wire = new Wiretap(lan);
        var first = node(1, OVERLAP + KEY);
        first.await("serving web");
        var second = node(2, OVERLAP + KEY + "advskew=50");
        second.awaitState("BACKUP");
        int mark = wire.mark();
        for (String policy : List.of("send", "require")) {
            edit(first, "seal=" + policy);
            edit(second, "seal=" + policy);
            wire.await(wire.mark(), WINDOW + 2, from(1));
        }
        assertEquals(List.of(), wire.since(mark, h -> !from(1).test(h)), "only the master spoke");
        assertEquals(List.of(), wire.since(mark, Heard::bowOut));
        var status = second.ask("status");
        assertTrue(status.contains("badseal=0") && status.contains("badauth=0"), status);
        first.stop();
        second.await("serving web");
        var third = node(1, OVERLAP + KEY + "seal=require advskew=100");
        third.awaitState("BACKUP");
        second.signal("KILL");
        third.await("serving web");
        status = third.ask("status");
        assertTrue(status.contains("unsealed=0") && status.contains("badseal=0"), status);
    }

    @Test
    void inBothFamiliesItIsTheSamePacket() throws Exception {
        lan = new Lan("carp-seal6", 2);
        String dual = "virtualIps=10.9.0.100,fd09::100 seal=require " + KEY;
        var master = node(1, dual);
        master.await("serving web");
        var backup = node(2, dual + "advskew=50");
        backup.awaitState("BACKUP");
        BinderHost.await("heard in both", () -> {
            var status = backup.ask("status");
            return !status.contains("ipackets=0") && !status.contains("ipackets6=0");
        });
        var status = backup.ask("status");
        assertTrue(status.contains("unsealed=0") && status.contains("badseal=0"), status);
        assertTrue(status.contains("replayed=0"), status);
        master.stop();
        backup.await("serving web");
    }

    @Test
    void aUcarpTakesSealedOnesAndIsHeardWithout() throws Exception {
        Ucarp.assumeInstalled();
        Ucarp.writeScripts(scripts);
        lan = new Lan("carp-sealu", 2);
        var wire = new Wiretap(lan);
        var ours = node(1, "seal=send " + KEY);
        ours.await("serving web");
        var ucarp = new Ucarp(lan, 2, scripts, "-b 1 -k 100");
        ucarp.awaitState("BACKUP");
        wire.await(wire.mark(), 10, from(1));
        assertEquals(List.of(), ucarp.complaints());
        assertEquals("BACKUP", ucarp.state(), "it hears what is sealed");
        ours.stop();
        ucarp.awaitState("MASTER");
        var again = node(1, "seal=send advskew=150 " + KEY);
        again.awaitState("BACKUP");
        wire.await(wire.mark(), 6, from(2));
        assertEquals("BACKUP", again.state());
        assertTrue(!again.ask("status").contains("unsealed=0"), "what it hears is counted");
        ucarp.kill();
        again.await("serving web");
        assertEquals(List.of(), ucarp.complaints());
    }
}
