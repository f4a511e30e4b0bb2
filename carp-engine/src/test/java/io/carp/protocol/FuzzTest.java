// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Whatever arrives is counted exactly once, and nothing is ever thrown. {@code -Dseed=N} sets another seed. */
class FuzzTest {
    private static final long SEED = Long.getLong("seed", 20260101L);
    private static final int RUNS = 100_000;
    private static final AdvertisementDigest DIGEST =
            new AdvertisementDigest(7, "secret".getBytes(UTF_8), List.of(Golden.address("10.0.0.100")));

    private final Random random = new Random(SEED);
    private final CarpStateMachine machine = new CarpStateMachine(new Settings(7, 1, 0, true, 3, 0, 60), DIGEST, 1);
    private final InetAddress[] sources = {
        Golden.address("10.0.0.2"), Golden.address("10.0.0.3"), Golden.address("fe80::1"), Golden.address("10.0.0.1")
    };
    private long now = -1_000_000_000L;

    @BeforeEach
    void start(TestInfo test) {
        System.out.println(test.getTestMethod().orElseThrow().getName() + ": -Dseed=" + SEED);
        machine.source(false, Golden.address("10.0.0.1"));
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
    }

    @Test
    void bytesAtRandomAreCountedOnly() {
        for (int run = 0; run < RUNS; run++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            receive(ByteBuffer.wrap(bytes), run);
        }
        assertEquals(0, heard(), "nobody guesses a digest");
    }

    /** One to three bytes of a right packet changed, its checksum put right or not, cut short or not. */
    @Test
    void changedPacketsAreCountedOnly() {
        for (int run = 0; run < RUNS; run++) {
            ByteBuffer packet = Packets.of(DIGEST, 7, random.nextInt(256), random.nextInt(256), random.nextLong());
            boolean signedBytesKept = true;
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(AdvertisementCodec.LENGTH);
                byte before = packet.get(at);
                packet.put(at, (byte) random.nextInt(256));
                boolean signed = at == AdvertisementCodec.VHID_AT || at >= AdvertisementCodec.COUNTER_AT;
                signedBytesKept &= !signed || packet.get(at) == before;
            }
            if (random.nextBoolean()) {
                Packets.sum(packet);
            }
            if (random.nextInt(10) == 0) {
                packet.limit(random.nextInt(AdvertisementCodec.LENGTH + 1));
            }
            long before = heard();
            receive(packet, run);
            assertTrue(signedBytesKept || heard() == before, () -> "accepted with a changed signed byte, seed " + SEED);
        }
        assertTrue(heard() > RUNS / 10, "some must have been right");
    }

    /** All inputs in any order: the machine never throws, and always knows when it wants to be woken. */
    @Test
    void inputsInAnyOrderLeaveAMachineThatGoesOn() {
        for (int run = 0; run < RUNS; run++) {
            Step step =
                    switch (random.nextInt(11)) {
                        case 0 -> machine.start(Reason.LINK_UP, now);
                        case 1 -> machine.stop(Reason.STOPPED, now);
                        case 2 -> machine.linkDown(Reason.LINK_DOWN);
                        case 3 -> machine.stepDown(Reason.USER_REQUEST, now);
                        case 4 -> machine.takeOver(now);
                        case 5 -> machine.late(now);
                        case 6 -> machine.demotion(random.nextInt(1000) - 500, now);
                        case 7 -> machine.reconfigure(anySettings(), DIGEST, now);
                        case 8 -> machine.families(random.nextBoolean(), random.nextBoolean(), now);
                        default -> machine.tick(now);
                    };
            receive(Packets.of(DIGEST, 7, random.nextInt(4), random.nextInt(256), random.nextLong()), run);
            assertEquals(machine.state(), step.to(), () -> "the step tells the state, seed " + SEED);
            boolean waits = machine.deadline() != Step.NEVER;
            // In INIT it waits only for the end of a startupDelay.
            assertTrue(machine.state() == CarpState.INIT || waits, () -> "waits for something, seed " + SEED);
            assertEquals(machine.deadline(), step.deadline());
            now += random.nextLong(2_000_000_000L);
        }
    }

    private Settings anySettings() {
        return new Settings(
                7,
                random.nextInt(256),
                random.nextInt(255),
                random.nextBoolean(),
                1 + random.nextInt(255),
                random.nextInt(4),
                random.nextInt(3601),
                new Delays(
                        random.nextInt(20), random.nextInt(20), random.nextBoolean() ? FamilyRule.ANY : FamilyRule.ALL),
                random.nextBoolean() ? DemotionStyle.ADVSKEW : DemotionStyle.HEADER);
    }

    private void receive(ByteBuffer packet, int run) {
        int ttl = random.nextInt(20) == 0 ? random.nextInt(257) - 1 : 255;
        int position = packet.position();
        long before = counted();
        machine.receive(sources[random.nextInt(sources.length)], ttl, packet, now);
        assertEquals(before + 1, counted(), () -> "counted once, seed " + SEED + " run " + run);
        assertEquals(position, packet.position());
    }

    private long heard() {
        return machine.counters().get(Counters.Counter.ipackets)
                + machine.counters().get(Counters.Counter.ipackets6);
    }

    private long counted() {
        return heard()
                + List.of("badttl", "badsum", "badver", "badlen", "badauth", "badvhid", "looped").stream()
                        .mapToLong(name -> machine.counters().get(Counters.Counter.valueOf(name)))
                        .sum();
    }
}
