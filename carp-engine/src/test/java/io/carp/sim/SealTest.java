// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.SealedGroup.HOUR_MILLIS;
import static io.carp.sim.SealedGroup.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Seal.Policy;
import io.carp.protocol.SealMarks.Kept;
import io.carp.sim.SealedGroup.Captured;
import io.carp.sim.SealedGroup.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed advertisements on one link, where somebody captured all that passed: clocks, restarts, keys and copies. */
class SealTest {
    /** What a node needs until it is heard that is refused at first: a master-down time, and an interval. */
    private static final long LEARNT = 5 * SECOND;

    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatADeadMasterSaidIsNotBelievedAgain(boolean bothFamilies) {
        SealedGroup group = new SealedGroup(1, bothFamilies).of(3);
        Member first = group.master();
        first.stepDown();
        group.time.advance(5 * SECOND);
        group.master().die();
        group.time.advance(10 * SECOND);
        group.master();
        assertEquals(0, group.count(Counter.replayed), "nobody was refused");
        group.replayAll();
        assertTrue(group.count(Counter.replayed) > group.captured.size() / 2, "all were refused");
        assertEquals(bothFamilies, group.captured.stream().anyMatch(SealedGroup::isIpv6));
    }

    @Test
    void neitherIsItsBowOutNorAnythingElseAcrossRestartsOfEverybody() {
        SealedGroup group = new SealedGroup(2, false).of(3);
        group.master().stepDown();
        group.time.advance(5 * SECOND);
        List<Kept> memories = new ArrayList<>();
        group.members.forEach(member -> memories.add(member.memory()));
        group.members.forEach(Member::die);
        Member alone = group.members.get(2);
        alone.restart(memories.get(2), -HOUR_MILLIS * 24 * 365 * 50);
        long before = group.transitions;
        List<Captured> old = List.copyOf(group.captured);
        for (Captured one : old) {
            alone.hears(one.source(), one.packet());
        }
        group.time.advance(4 * SECOND);
        assertTrue(alone.isMaster(), "nobody keeps it from its address");
        assertEquals(before + 2, group.transitions, "INIT, BACKUP, MASTER");
        group.replayAll();
        assertTrue(alone.count(Counter.replayed) > 0);
        group.members.get(0).restart(memories.get(0), 0);
        group.members.get(1).restart(memories.get(1), HOUR_MILLIS);
        group.time.advance(10 * SECOND);
        assertSame(alone, group.master());
        assertEquals(0, group.members.get(0).count(Counter.replayed), "one that lives is heard");
    }

    /** Every seed: somebody dies, with a clock that is anywhere when it comes back. */
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void whoeverRestartsWithinWhateverTimeIsHeardAtOnce(long seed) {
        SealedGroup group = new SealedGroup(seed, seed % 2 == 0).of(3);
        group.acquaint();
        for (int round = 0; round < 20; round++) {
            Member one = group.members.get(group.random.nextInt(3));
            Kept memory = one.memory();
            one.die();
            group.time.advance(group.random.nextLong(10 * SECOND));
            one.restart(memory, group.random.nextLong(-2 * HOUR_MILLIS, 2 * HOUR_MILLIS));
            group.time.advance(10 * SECOND);
            group.master();
            long before = group.transitions;
            group.time.advance(10 * SECOND);
            assertEquals(before, group.transitions, "it stays so");
            assertEquals(0, group.count(Counter.replayed), "in round " + round);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-HOUR_MILLIS, HOUR_MILLIS})
    void aClockThatIsAnHourWrongMakesNobodyDeafForLong(long ahead) {
        SealedGroup group = new SealedGroup(3, false);
        group.add(ahead);
        group.add(0);
        group.add(-ahead);
        group.time.advance(10 * SECOND);
        group.master();
        long refused = group.count(Counter.replayed);
        for (Member next : group.members) {
            if (!next.isMaster()) {
                next.takeOver();
                group.time.advance(LEARNT);
                group.master();
            }
        }
        assertEquals(refused, group.count(Counter.replayed), "everybody knows everybody");
        long before = group.transitions;
        group.time.advance(60 * SECOND);
        assertEquals(before, group.transitions);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClockSetForwardAndCorrectedIsNoHarm(boolean remembers) {
        SealedGroup group = new SealedGroup(4, false).of(2);
        Member one = group.master();
        one.restart(one.memory(), HOUR_MILLIS);
        group.time.advance(10 * SECOND);
        one.takeOver();
        group.time.advance(LEARNT);
        one.restart(remembers ? one.memory() : Kept.NOTHING, 0);
        group.time.advance(10 * SECOND);
        one.takeOver();
        group.time.advance(LEARNT);
        group.master();
        assertTrue(!remembers || group.count(Counter.replayed) == 0, "with its memory it is never refused");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartIn1970IsNoHarm(boolean remembers) {
        SealedGroup group = new SealedGroup(5, false).of(2);
        Member one = group.master();
        long fiftyYears = 50 * 365 * 24 * HOUR_MILLIS;
        one.restart(remembers ? one.memory() : Kept.NOTHING, -fiftyYears);
        one.takeOver(); // Before it has heard anybody.
        group.time.advance(LEARNT);
        group.master();
        Member other = group.members.get(1);
        assertTrue(!remembers || other.count(Counter.replayed) == 0, "with its memory it is never refused");
        long refused = group.count(Counter.replayed);
        one.takeOver();
        group.time.advance(LEARNT);
        assertSame(one, group.master());
        assertEquals(refused, group.count(Counter.replayed), "it has learnt the time");
    }

    @Test
    void fortySendersAreKnownApart() {
        SealedGroup group = new SealedGroup(6, false).of(40);
        group.acquaint();
        for (Member one : group.members) {
            assertEquals(39, one.host.machine().neighbours().size(), "heard by " + one);
        }
        assertEquals(0, group.count(Counter.replayed));
        group.replayAll();
    }

    /** All orders of three nodes; and not only key after key, but also in one step within the digestOverlap. */
    @ParameterizedTest
    @ValueSource(ints = {123, 132, 213, 231, 312, 321})
    void keysAreRotatedInEveryOrder(int order) {
        SealedGroup group = new SealedGroup(order, false).of(3);
        long before = group.transitions;
        List<int[]> steps = List.of(new int[] {1, 1, 2}, new int[] {2, 1, 2}, new int[] {2, 2}, new int[] {3, 3});
        for (int[] step : steps) {
            int[] ids = step.length == 2 ? new int[] {step[1]} : new int[] {step[1], step[2]};
            for (char digit : String.valueOf(order).toCharArray()) {
                group.members.get(digit - '1').edit(SealedGroup.digest(Policy.REQUIRE, step[0], ids));
                group.time.advance(7 * SECOND);
            }
            group.time.advance(90 * SECOND);
        }
        assertEquals(before, group.transitions, "nobody noticed");
        assertEquals(0, group.count(Counter.badseal) + group.count(Counter.unsealed));
    }

    @ParameterizedTest
    @ValueSource(ints = {123, 132, 213, 231, 312, 321})
    void aGroupGetsSealsInTwoStepsWithoutAHitch(int order) {
        SealedGroup group = new SealedGroup(order, false);
        for (int i = 0; i < 3; i++) {
            group.add(0).edit(SealedGroup.digest(Policy.OFF, 1, 1));
        }
        group.time.advance(90 * SECOND);
        long before = group.transitions;
        for (Policy policy : List.of(Policy.SEND, Policy.REQUIRE)) {
            for (char digit : String.valueOf(order).toCharArray()) {
                group.members.get(digit - '1').edit(SealedGroup.digest(policy, 1, 1));
                group.time.advance(100 * SECOND); // Longer than the overlap: the steps do not need it.
            }
        }
        assertEquals(before, group.transitions, "nobody noticed");
        assertEquals(0, group.count(Counter.badseal) + group.count(Counter.badauth));
    }

    @Test
    void whereNoneIsRequiredOthersAreHeardWithoutAndCounted() {
        SealedGroup group = new SealedGroup(8, false);
        Member old = group.add(0);
        old.edit(SealedGroup.digest(Policy.OFF, 1, 1));
        Member sends = group.add(0);
        sends.edit(SealedGroup.digest(Policy.SEND, 1, 1));
        group.time.advance(100 * SECOND);
        assertSame(old, group.master());
        assertTrue(sends.count(Counter.unsealed) > 0, "it says who is without");
        assertTrue(sends.count(Counter.ipackets) >= sends.count(Counter.unsealed), "and hears it all the same");
        sends.takeOver();
        group.time.advance(LEARNT);
        assertSame(old, group.master(), "the better one, which hears a sealed one");
        sends.edit(SealedGroup.digest(Policy.REQUIRE, 1, 1));
        group.time.advance(100 * SECOND);
        assertTrue(sends.isMaster() && old.isMaster(), "one that requires seals hears no other");
    }
}
