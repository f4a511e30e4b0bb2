// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes of ours with {@code advbase = 0}, each a process in a namespace. One capture of the wire judges everything,
 * since it also shows when the machine stood still and silenced the master; then a takeover is right.
 */
class SubSecondLinkTest {
    private static final String VIP = "10.9.0.100";

    private static final Predicate<Heard> ANYBODY = h -> true;

    /** How long the machine may stand still after the death of the master. */
    private static final long STALL_MICROS = 5_000_000;

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-sub", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** The intervals are about 100 ms (26/256 s) and 50 ms (13/256 s). */
    @ParameterizedTest(name = "advskew {0}")
    @ValueSource(ints = {26, 13})
    void aKilledMasterIsFollowedAndALivingOneIsNot(int advskew) throws Exception {
        long interval = advskew * 1_000_000L / 256;
        long down = 3 * (advskew + 1) * 1_000_000L / 256;
        var master = new EngineNode(lan.host(1)).web("advbase=0 preempt=true advskew=" + advskew);
        master.await("serving web");
        var backup = new EngineNode(lan.host(2)).web("advbase=0 advskew=" + (advskew + 1));
        backup.awaitState("BACKUP");
        int mark = wire.mark();
        wire.await(mark, (int) (10_000_000 / interval), from(1)); // These are ten quiet seconds.
        BinderHost.await("the better node is master", 60_000, () -> settled(wire.heard()));
        List<String> explained = promotions(wire.since(mark, ANYBODY), down);
        int quiet = wire.mark();

        master.signal("KILL");
        wire.await(wire.mark(), 3, from(2)); // The last words of the dead one come before these.
        long last = wire.last(from(1)).micros();
        long first =
                wire.since(quiet, from(2).and(h -> h.micros() > last)).get(0).micros();
        System.out.println("advskew " + advskew + ": gaps of the living master " + gaps(mark, quiet)
                + ", takeovers while it was silent " + explained + "; after kill -9 the backup advertises "
                + (first - last) + " us after its last advertisement, master-down time " + down + " us");
        promotions(wire.since(mark, ANYBODY), down);
        assertTrue(first - last < down + STALL_MICROS, "too late: " + (first - last) + " us");

        backup.await("serving web");
        int after = wire.mark();
        wire.await(after, 10, from(2));
        assertEquals(List.of(), wire.since(after, from(1)));
        backup.awaitState("MASTER"); // This may take a moment, since a node that has stood still listens first.
        BinderHost.await("the backup has the address", () -> backup.has(VIP));
        // Its lease lasts for a second, which is longer than the peer's patience.
        BinderHost.await("the dead node's address is gone", () -> !master.has(VIP));
        assertFalse(master.has(VIP));
    }

    private static boolean settled(List<Heard> all) {
        return all.size() >= 5
                && all.subList(all.size() - 5, all.size()).stream().allMatch(from(1));
    }

    /**
     * The promotions of host 2, each of them an advertisement after two of host 1. Before each the master must have
     * been silent for about the master-down time; its last word may have been on its way while the machine stood still.
     */
    private static List<String> promotions(List<Heard> all, long down) {
        List<String> found = new ArrayList<>();
        for (int i = 2; i < all.size(); i++) {
            boolean promoted = from(2).test(all.get(i)) && from(1).test(all.get(i - 1)) && from(1).test(all.get(i - 2));
            if (promoted) {
                long silence = all.get(i).micros() - all.get(i - 1).micros();
                found.add(silence + " us");
                assertTrue(silence >= down / 2, "taken over after " + silence + " us of silence");
            }
        }
        return found;
    }

    private String gaps(int mark, int end) {
        List<Heard> all =
                wire.heard().subList(mark, end).stream().filter(from(1)).toList();
        List<Long> gaps = Gaps.of(all).sorted();
        return "n " + gaps.size() + " min " + gaps.get(0) + " median " + gaps.get(gaps.size() / 2) + " max "
                + gaps.get(gaps.size() - 1) + " us";
    }
}
