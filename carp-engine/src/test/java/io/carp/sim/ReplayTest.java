// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Settings;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes with routers between them, whose wall clocks differ by hours, and somebody on the way who keeps what passes and
 * sends it again, under whatever address. One seed is one history.
 */
class ReplayTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;
    private static final int HOUR_MILLIS = 3_600_000;
    private static final int NODES = 3;

    /** Millionths. Clocks of machines differ by less, but for longer than is played here. */
    private static final int ONE_PERCENT = 10_000;

    private final VirtualTime time = new VirtualTime();
    private final List<Kept> kept = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private Random random = new Random(0);
    private SimulatedLink link = new SimulatedLink(time, random);
    private long transitions;
    private int drift;

    static LongStream seeds() {
        return Seeds.all();
    }

    /** A packet that passed. */
    private record Kept(long time, ByteBuffer bytes) {}

    private void group(long seed) {
        group(seed, 200);
    }

    private void group(long seed, int mostDrift) {
        drift = mostDrift;
        random = new Random(seed);
        link = new SimulatedLink(time, random);
        link.routed();
        for (int n = 1; n <= NODES; n++) {
            members.add(new Member(n));
        }
        time.advance(10 * SECOND);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void whatIsSentAgainChangesNothing(long seed) {
        group(seed);
        for (int round = 0; round < 10; round++) {
            Member master = master();
            master.host.input(now -> master.host.machine().stepDown(Reason.USER_REQUEST, now));
            time.advance(3 * SECOND);
        }
        Member rebooted =
                members.stream().filter(one -> one != master()).findFirst().orElseThrow();
        rebooted.reboot();
        time.advance(5 * SECOND);
        long before = transitions;
        long refused = count(Counter.replayed);
        for (int i = 0; i < 1000; i++) {
            attack();
            time.advance(50 * MILLISECOND);
        }
        assertEquals(before, transitions);
        assertEquals(1000, count(Counter.replayed) - refused + count(Counter.looped));
    }

    private long count(Counter counter) {
        return members.stream()
                .mapToLong(one -> one.host.machine().counters().get(counter))
                .sum();
    }

    /** One that is older than an advertisement may be under way. */
    private void attack() {
        List<Kept> old =
                kept.stream().filter(one -> one.time < time.now() - 5 * SECOND).toList();
        ByteBuffer bytes = old.get(random.nextInt(old.size())).bytes;
        Member victim = members.get(random.nextInt(NODES));
        victim.station.arrive(SimulatedNode.address(1 + random.nextInt(NODES)), Station.NO_TTL, bytes.duplicate());
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void aClockSetBackOrForwardIsNoLastingHarm(long seed) {
        group(seed);
        for (int round = 0; round < 10; round++) {
            Member one = random.nextBoolean() ? master() : members.get(random.nextInt(NODES));
            one.loop.kill();
            time.advance(random.nextLong(10 * SECOND));
            one.reboot();
            time.advance(10 * SECOND);
            master();
            long before = transitions;
            time.advance(20 * SECOND);
            assertEquals(before, transitions, "it stays so");
        }
    }

    /** Between two advertisements clocks run apart by little, and by as much as anybody likes in a year. */
    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void clocksOfDifferentRatesMakeNobodyDeaf(long seed) {
        group(seed, ONE_PERCENT);
        long before = transitions;
        long refused = count(Counter.replayed); // Of a start with two masters, one of whose clocks is behind.
        time.advance(3600 * SECOND);
        assertEquals(before, transitions);
        assertEquals(refused, count(Counter.replayed));
    }

    private Member master() {
        List<Member> masters = members.stream()
                .filter(one -> one.host.machine().state() == CarpState.MASTER)
                .toList();
        assertEquals(1, masters.size(), "masters");
        return masters.get(0);
    }

    private final class Member {
        private final int number;
        private SimulatedLoop loop;
        private Station station;
        private BareHost host;

        Member(int number) {
            this.number = number;
            this.loop = loop();
            this.station = link.plug(loop, SimulatedNode.address(number));
            this.host = start();
        }

        void reboot() {
            loop.kill();
            link.unplug(station);
            loop = loop();
            station = link.plug(loop, SimulatedNode.address(number));
            host = start();
        }

        private SimulatedLoop loop() {
            return new SimulatedLoop(time, random.nextLong(), random.nextLong(-drift, drift + 1));
        }

        private BareHost start() {
            Settings settings = new Settings(7, 1, 5 * number, random.nextBoolean(), 3, 0, 60);
            List<InetAddress> vips = List.of(SimulatedNode.address(100));
            AdvertisementDigest digest = new AdvertisementDigest(7, "secret".getBytes(UTF_8), vips);
            long clock = 1_700_000_000_000L + random.nextInt(-HOUR_MILLIS, HOUR_MILLIS);
            long clockAtZero = clock + time.now() / MILLISECOND - loop.nanoTime() / MILLISECOND;
            BareHost started = new BareHost(loop, station, settings, digest, clockAtZero, new BareHost.Journal() {
                @Override
                public void sent(ByteBuffer packet) {
                    byte[] bytes = new byte[packet.remaining()];
                    packet.get(packet.position(), bytes);
                    kept.add(new Kept(time.now(), ByteBuffer.wrap(bytes)));
                }

                @Override
                public void changed(CarpState from, CarpState to, Reason reason) {
                    transitions++;
                }
            });
            started.start();
            return started;
        }
    }
}
