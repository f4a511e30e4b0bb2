// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node of ours on host 1 and a real ucarp on host 2. ucarp reads what arrives up to a second late and looks at its
 * timers once in an interval, so it may be late by a second and an interval; our node may not.
 */
class UcarpLinkTest {
    private static final String VIP = "10.9.0.100";
    /** The number of advertisements in about half a minute. */
    private static final int LONG = 30;

    @TempDir
    Path scripts;

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        Ucarp.assumeInstalled();
        Ucarp.writeScripts(scripts);
        lan = new Lan("carp-ucarp", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode ours(String settings) throws Exception {
        return new EngineNode(lan.host(1)).web(settings);
    }

    private EngineNode oursAsMaster(int advskew) throws Exception {
        var ours = ours("advskew=" + advskew);
        ours.await("serving web");
        return ours;
    }

    private Ucarp ucarp(String options) {
        return new Ucarp(lan, 2, scripts, options);
    }

    private Ucarp ucarpAsMaster(String options) throws Exception {
        var ucarp = ucarp(options);
        ucarp.awaitState("MASTER");
        BinderHost.await("ucarp has the address", this::ucarpHas);
        return ucarp;
    }

    private boolean ucarpHas() {
        return lan.host(2).call(() -> !BinderHost.dump(VIP).isEmpty());
    }

    private static void awaitTheBowOutAsItsReason(Ucarp ucarp) throws Exception {
        // ucarp logs it only when its script has ended.
        BinderHost.await("its reason", () -> ucarp.log().stream()
                .anyMatch(line -> line.contains("MASTER DOWN (going to time out)")));
    }

    @Test
    void aUcarpBackupHasNoComplaintAndTakesOverAtOnceWhenOursStops() throws Exception {
        var ours = oursAsMaster(0);
        var ucarp = ucarp("-b 1 -k 100");
        ucarp.awaitState("BACKUP");
        wire.await(wire.mark(), LONG, from(1));
        assertEquals(List.of(), ucarp.complaints());
        assertEquals(List.of(), wire.since(0, from(2)), "it advertised");
        assertEquals("BACKUP", ucarp.state());

        int mark = wire.mark();
        ours.stop();
        ucarp.awaitState("MASTER");
        var bowOut = wire.await(mark, 1, from(1).and(Heard::bowOut)).get(0);
        long after = wire.await(mark, 1, from(2)).get(0).micros() - bowOut.micros();
        System.out.println("our orderly stop: ucarp advertises " + after + " us after the bow-out");
        awaitTheBowOutAsItsReason(ucarp);
        assertFalse(ours.has(VIP));
        BinderHost.await("ucarp has the address", this::ucarpHas);
        assertEquals(List.of(), ucarp.complaints());
    }

    @Test
    void ourBackupOfUcarpIsQuietAndTakesOverInTimeWhenUcarpIsKilled() throws Exception {
        var ucarp = ucarpAsMaster("-b 1 -k 0");
        var ours = ours("advskew=100");
        ours.awaitState("BACKUP");
        wire.await(wire.mark(), LONG, from(2));
        assertEquals(List.of(), ucarp.complaints());
        assertEquals(List.of(), wire.since(0, from(1)), "ours advertised");
        var status = ours.ask("status");
        for (var wrong : List.of("badauth", "badttl", "badsum", "badver", "badlen", "badvhid", "looped")) {
            assertTrue(status.contains(wrong + "=0"), status);
        }

        int mark = wire.mark();
        ucarp.kill();
        long last = wire.last(from(2)).micros();
        long down = wire.await(mark, 1, from(1)).get(0).micros() - last;
        System.out.println("kill -9 of ucarp: ours advertises " + down + " us after its last advertisement");
        assertTrue(down >= 3_389_000, "master-down time is 3.39 s: " + down);
        ours.await("serving web");
        assertTrue(ours.has(VIP));
    }

    @Test
    void ucarpTakesOverFromOursWhenOursIsKilledAndTheAddressIsGoneBefore() throws Exception {
        var ours = oursAsMaster(0);
        var ucarp = ucarp("-b 1 -k 10");
        ucarp.awaitState("BACKUP");
        wire.await(wire.mark(), 2, from(1));
        int mark = wire.mark();
        ours.signal("KILL");
        BinderHost.await("the dead node's address is gone", () -> !ours.has(VIP));
        assertEquals(List.of(), wire.since(mark, from(2)), "ucarp was faster than the lease");
        wire.await(mark, 1, from(2));
        ucarp.awaitState("MASTER");
        BinderHost.await("ucarp has the address", this::ucarpHas);
        assertEquals(List.of(), ucarp.complaints());
    }

    @Test
    void aPreemptingUcarpGetsTheAddressFromOurs() throws Exception {
        var ours = oursAsMaster(100);
        var ucarp = ucarp("-b 1 -k 0 -P");
        ucarp.awaitState("MASTER");
        ours.awaitState("BACKUP");
        BinderHost.await("the address has moved", () -> !ours.has(VIP) && ucarpHas());
        int mark = wire.mark();
        wire.await(mark, 4, from(2));
        assertEquals("BACKUP", ours.state());
        assertEquals(List.of(), wire.since(mark, from(1)));
        assertEquals(List.of(), ucarp.complaints());
    }

    @Test
    void oursPreemptsUcarp() throws Exception {
        var ucarp = ucarpAsMaster("-b 1 -k 100");
        var ours = ours("advskew=0 preempt=true");
        ours.await("serving web");
        ucarp.awaitState("BACKUP");
        BinderHost.await("the address has moved", () -> ours.has(VIP) && !ucarpHas());
        wire.await(wire.mark(), 4, from(1));
        assertEquals("MASTER", ours.state());
        assertEquals("BACKUP", ucarp.state());
        assertEquals(List.of(), ucarp.complaints());
    }

    @Test
    void ourStepDownHandsOverToUcarpForGood() throws Exception {
        var ours = oursAsMaster(0);
        var ucarp = ucarp("-b 1 -k 100");
        ucarp.awaitState("BACKUP");
        wire.await(wire.mark(), 2, from(1));
        int mark = wire.mark();
        ours.ask("stepdown");
        ucarp.awaitState("MASTER");
        wire.await(mark, 1, from(1).and(Heard::bowOut));
        awaitTheBowOutAsItsReason(ucarp);
        wire.await(wire.mark(), 4, from(2));
        assertEquals("BACKUP", ours.state());
        assertFalse(ours.has(VIP));
        assertEquals(List.of(), ucarp.complaints());
    }
}
