// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is signed ahead is what would have been said, and whoever hears it takes it for new. */
class ReserveTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final int ADVSKEW = 26;
    private static final long INTERVAL = ADVSKEW * Settings.SKEW_NANOS;
    private static final long SLACK = 10 * MILLI;
    private static final long CLOCK = 1_700_000_000_000L;
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();

    private final CarpStateMachine master = machine(ADVSKEW);
    private final CarpStateMachine backup = machine(2 * ADVSKEW);
    private final Reserve reserve = master.reserve();
    private long now = SECOND;

    private static Settings settings(int advskew) {
        return new Settings(7, 0, advskew, false, 3, 0, 60);
    }

    private static AdvertisementDigest digest(String pass) {
        return new AdvertisementDigest(7, pass.getBytes(UTF_8), List.of(ADDRESS));
    }

    private static CarpStateMachine machine(int advskew) {
        return new CarpStateMachine(settings(advskew), digest("secret"), CLOCK);
    }

    @BeforeEach
    void oneIsMasterTheOtherFollows() {
        master.start(Reason.STARTING, now);
        backup.start(Reason.STARTING, now);
        now = master.deadline();
        assertNull(hear(master.tick(now).packet()));
        assertEquals(CarpState.MASTER, master.state());
    }

    /** Over a way on which old counters are refused. */
    private Counter hear(ByteBuffer packet) {
        return backup.receive(ADDRESS, -1, packet.duplicate(), now).refused();
    }

    private ByteBuffer sign(int count) {
        ByteBuffer packets = ByteBuffer.allocateDirect(count * AdvertisementCodec.LENGTH);
        reserve.sign(packets, SLACK, now);
        return packets;
    }

    private static ByteBuffer one(ByteBuffer packets, int k) {
        return packets.slice(k * AdvertisementCodec.LENGTH, AdvertisementCodec.LENGTH);
    }

    @Test
    void withASealTheyAreSealedAndEachIsHeardOnce() {
        CarpStateMachine sealed = new CarpStateMachine(settings(ADVSKEW), sealed(), CLOCK);
        CarpStateMachine hears = new CarpStateMachine(settings(2 * ADVSKEW), sealed(), CLOCK);
        sealed.source(false, ADDRESS);
        sealed.start(Reason.STARTING, now);
        hears.start(Reason.STARTING, now);
        sealed.takeOver(now);
        int length = sealed.reserve().length(now);
        assertEquals(SealTrailer.END, length);
        ByteBuffer packets = ByteBuffer.allocateDirect(4 * length);
        sealed.reserve().sign(packets, SLACK, now);
        assertEquals(4 * length, packets.remaining());
        for (int k = 0; k < 4; k++) {
            ByteBuffer one = packets.slice(k * length, length);
            assertNull(hears.receive(ADDRESS, 255, one, now).refused(), "number " + k);
            assertEquals(Counter.replayed, hears.receive(ADDRESS, 255, one, now).refused());
        }
        sealed.reserve().left(0, 4, now);
        assertNull(
                hears.receive(ADDRESS, 255, sealed.demotion(1, now).packet(), now)
                        .refused(),
                "our own goes on behind");
        now += 3 * SECOND;
        sealed.reserve().sign(packets, SLACK, now);
        assertFalse(sealed.reserve().isOutdated(now));
        sealed.source(false, ADDRESS);
        assertTrue(sealed.reserve().isOutdated(now), "the address that they leave from is sealed");
    }

    private static AdvertisementDigest sealed() {
        SealKey key = new SealKey(1, "0123456789abcdef".getBytes(UTF_8));
        Seal seal = new Seal(Seal.Policy.REQUIRE, 1, List.of(key), List.of(ADDRESS));
        return new AdvertisementDigest(7, "secret".getBytes(UTF_8), List.of(ADDRESS), DigestOrder.SORTED, null, seal);
    }

    @Test
    void theyLastAsLongAsThePauseMay() {
        assertEquals(2 * SECOND / INTERVAL, reserve.count(2 * SECOND));
        assertEquals(0, reserve.count(3 * INTERVAL), "peers wait that long anyhow");
        assertEquals(0, reserve.count(0));
    }

    @Test
    void aPeerTakesThemForNewAndOurNextOneToo() {
        ByteBuffer packets = sign(10);
        now += INTERVAL + SLACK;
        for (int k = 0; k < 5; k++) {
            assertNull(hear(one(packets, k)), "number " + k);
            assertEquals(CarpState.BACKUP, backup.state());
            now += INTERVAL;
        }
        reserve.left(0, 5, now - INTERVAL);
        assertFalse(reserve.afterPause(now).changes());
        Step step = master.tick(now);
        assertTrue(step.sends(), "we have not been silent");
        assertNull(hear(step.packet()));
        assertEquals(5, master.counters().get(Counter.relayed));
        assertEquals(1, master.counters().get(Counter.relayedPauses));
        ByteBuffer others = sign(10);
        now += INTERVAL + SLACK;
        assertNull(hear(one(others, 0)), "nor is what is signed after that old");
    }

    /** What is left of them goes on behind what we said ourselves after the pause, should there be another one. */
    @Test
    void theRestIsNewAfterAnAdvertisementOfOurOwn() {
        ByteBuffer packets = sign(10);
        now += INTERVAL + SLACK;
        for (int k = 0; k < 3; k++) {
            assertNull(hear(one(packets, k)));
            now += INTERVAL;
        }
        reserve.left(0, 3, now - INTERVAL);
        assertNull(hear(master.tick(now).packet()));
        now += INTERVAL + SLACK;
        assertNull(hear(one(packets, 4)));
    }

    @Test
    void theLastOneIsTheBowOut() {
        ByteBuffer packets = sign(4);
        now += INTERVAL + SLACK;
        for (int k = 0; k < 3; k++) {
            assertNull(hear(one(packets, k)));
            now += INTERVAL;
        }
        assertNull(hear(one(packets, 3)));
        assertEquals(CarpState.MASTER, backup.state());
        now += SECOND;
        reserve.left(0, 4, now - SECOND);
        Step step = reserve.afterPause(now);
        assertEquals(CarpState.BACKUP, step.to());
        assertEquals(Reason.OWN_ADVERTISEMENTS_LATE, step.reason());
        assertFalse(step.sends(), "somebody else is master by now");
        assertFalse(reserve.afterPause(now).changes(), "judged once");
    }

    @Test
    void whatIsNotTrueAnyMoreIsOutdated() {
        assertTrue(reserve.isOutdated(now), "nothing is signed");
        sign(10);
        assertFalse(reserve.isOutdated(now));
        master.demotion(10, now);
        assertTrue(reserve.isOutdated(now), "another demotion");
        sign(10);
        master.reconfigure(settings(ADVSKEW), digest("other"), now);
        assertTrue(reserve.isOutdated(now), "another secret");
        sign(10);
        now += SECOND - 1;
        assertFalse(reserve.isOutdated(now));
        now++;
        assertTrue(reserve.isOutdated(now), "their time is over");
    }

    /** Somebody's clock is ahead, and so is the time of the group, which ours go by. */
    @Test
    void whatIsBehindTheTimeOfTheGroupIsOutdated() {
        sign(10);
        Advertisement ahead = new Advertisement().set(7, 0, 100, 0, TimedCounter.of(CLOCK + 3_600_000));
        ByteBuffer packet = ByteBuffer.allocateDirect(AdvertisementCodec.LENGTH);
        AdvertisementCodec.encode(ahead, digest("secret"), packet);
        assertNull(master.receive(ADDRESS, 255, packet, now).refused());
        assertTrue(reserve.isOutdated(now));
    }

    /** Pauses of nine intervals, one advertisement between two: after a minute that is too much. */
    @Test
    void aProcessThatStumblesStepsDown() {
        long begin = now;
        boolean left = false;
        while (!left && now - begin < 100 * SECOND) {
            sign(20);
            now += 9 * INTERVAL + SLACK;
            reserve.left(0, 9, now);
            left = reserve.afterPause(now).changes();
            if (!left) {
                assertTrue(master.tick(now).sends());
            }
        }
        assertTrue(left && reserve.stumbles());
        assertTrue(now - begin >= 60 * SECOND, "not before");
        assertEquals(1, master.counters().get(Counter.bowOutsSent));
        assertEquals(CarpState.BACKUP, master.state());
    }

    /** What was relayed in the mastership before says nothing of this one. */
    @Test
    void aNewMastershipBeginsAnew() {
        sign(20);
        reserve.left(0, 1, now);
        assertFalse(reserve.afterPause(now).changes());
        sign(20);
        now += 20 * INTERVAL;
        reserve.left(0, 20, now);
        assertTrue(reserve.afterPause(now).changes());
        now += 100 * SECOND;
        assertEquals(CarpState.MASTER, master.tick(now).to());
        sign(20);
        reserve.left(0, 1, now);
        assertFalse(reserve.afterPause(now).changes());
    }

    /** As in a step-down whose bow-out came a moment behind one that was relayed. */
    @Test
    void aBowOutOfTheMastershipBeforeIsForgotten() {
        sign(4);
        reserve.left(0, 4, now);
        master.stepDown(Reason.USER_REQUEST, now);
        now += 100 * SECOND;
        assertEquals(CarpState.MASTER, master.tick(now).to());
        sign(4);
        reserve.left(0, 1, now);
        assertFalse(reserve.afterPause(now).changes());
    }

    @Test
    void anOccasionalPauseIsNoStumbling() {
        for (int pause = 0; pause < 200; pause++) {
            for (int i = 0; i < 12; i++) {
                now += INTERVAL;
                assertTrue(master.tick(now).sends());
            }
            sign(20);
            now += 9 * INTERVAL + SLACK;
            reserve.left(0, 9, now);
            assertFalse(reserve.afterPause(now).changes());
            assertTrue(master.tick(now).sends());
        }
    }

    @Test
    void aLateOneIsStillLate() {
        sign(4);
        now += INTERVAL + SLACK + INTERVAL;
        reserve.left(0, 2, now);
        now += 3 * INTERVAL + 1;
        assertFalse(reserve.afterPause(now).changes());
        assertEquals(Reason.OWN_ADVERTISEMENTS_LATE, master.tick(now).reason());
        assertEquals(CarpState.BACKUP, master.state());
    }
}
