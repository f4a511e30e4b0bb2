// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two machines with the same history, but for what does not verify: one of them never hears that. So they stay alike for
 * as long as what does not verify changes nothing, and arms no timer.
 */
final class TwoMachines {
    static final int VHID = 7;
    static final byte[] KEY = "secret".getBytes(StandardCharsets.UTF_8);
    static final byte[] SEAL_KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    static final InetAddress OURS = address(10, 0, 0, 1);
    static final InetAddress VIRTUAL = address(10, 0, 0, 100);

    private static final int AROUND = 8;
    private static final int LONGEST = 255;

    private final boolean sealed;
    private final CarpStateMachine hearsAll;
    private final CarpStateMachine hearsWhatVerifies;
    private final ByteBuffer receiving = ByteBuffer.allocateDirect(LONGEST + 2 * AROUND);

    /** Without seals. */
    TwoMachines(boolean preempt, int advbase, int advskew) {
        this(preempt, advbase, advskew, Seal.Policy.OFF);
    }

    TwoMachines(boolean preempt, int advbase, int advskew, Seal.Policy policy) {
        Settings settings = new Settings(VHID, advbase, advskew, preempt, 3, 0, 60);
        sealed = policy == Seal.Policy.REQUIRE;
        hearsAll = machine(settings, policy);
        hearsWhatVerifies = machine(settings, policy);
    }

    private static CarpStateMachine machine(Settings settings, Seal.Policy policy) {
        CarpStateMachine machine = new CarpStateMachine(settings, digest(policy), 1_000);
        machine.source(false, OURS);
        return machine;
    }

    private static AdvertisementDigest digest(Seal.Policy policy) {
        List<InetAddress> addresses = List.of(VIRTUAL);
        Seal seal = new Seal(policy, 1, List.of(new SealKey(1, SEAL_KEY)), addresses);
        return new AdvertisementDigest(VHID, KEY, addresses, DigestOrder.SORTED, null, seal);
    }

    /** What no packet is. */
    void both(Function<CarpStateMachine, Step> input) {
        same(input.apply(hearsAll), input.apply(hearsWhatVerifies));
    }

    void start(long now) {
        both(machine -> machine.start(Reason.INITIALIZATION_COMPLETE, now));
    }

    /** {@link Step#NEVER} if they wait for nothing. */
    long deadline() {
        return hearsAll.deadline();
    }

    /**
     * @param expected why it has to be refused, by somebody else's reckoning; null if it has to be believed
     * @return whether it was believed
     */
    boolean receive(InetAddress source, int ttl, byte[] packet, @Nullable Counter expected, long now) {
        List<Object> before = told(hearsAll);
        ByteBuffer within = within(packet);
        byte[] bytes = bytes(within);
        Step step = hearsAll.receive(source, ttl, within, now);

        assertEquals(AROUND, within.position(), "the position stays");
        assertEquals(AROUND + packet.length, within.limit(), "the limit stays");
        assertArrayEquals(bytes, bytes(within), "the bytes stay");

        Counter refused = step.refused();
        if (expected != null) {
            assertEquals(expected, refused);
        }
        if (refused == null) {
            // Whatever lies around the packet is none of the reader's business.
            same(step, hearsWhatVerifies.receive(source, ttl, ByteBuffer.wrap(packet), now));
            return true;
        }
        assertTrue(expected == refused || refused == Counter.replayed, () -> "a right packet is refused: " + refused);
        assertTrue(
                refused != Counter.replayed || ttl == -1 || sealed,
                "on one's own link nothing is a replay without a seal");
        assertFalse(step.sends() || step.changes() || step.announces() || step.hearsMaster(), "only counted");
        assertEquals(hearsWhatVerifies.deadline(), step.deadline(), "no timer is armed");
        assertEquals(before, told(hearsAll), "nothing else that anybody can see changes");
        hearsWhatVerifies.counters().count(refused); // Once, as the other one has to.
        same();
        return false;
    }

    private void same(Step one, Step other) {
        assertEquals(other.refused(), one.refused());
        assertEquals(other.sends(), one.sends());
        assertEquals(other.announces(), one.announces());
        assertEquals(other.hearsMaster(), one.hearsMaster());
        assertEquals(other.changes(), one.changes());
        assertEquals(other.to(), one.to());
        assertEquals(other.reason(), one.reason());
        assertEquals(other.deadline(), one.deadline());
        if (one.sends()) {
            assertEquals(other.packet(), one.packet());
            assertNull(Believed.refuse(one.packet(), KEY, VHID, VIRTUAL), "we believe what we send");
        }
        same();
    }

    private void same() {
        assertEquals(told(hearsWhatVerifies), told(hearsAll));
        assertEquals(hearsWhatVerifies.counters().asMap(), hearsAll.counters().asMap());
    }

    /** What anybody can see of it. */
    private static List<Object> told(CarpStateMachine machine) {
        List<Object> neighbours = machine.neighbours().stream()
                .<Object>map(each -> List.of(
                        each.address(), each.advbase(), each.advskew(), each.demotion(), each.heardAt(), each.newest()))
                .toList();
        return List.of(
                machine.state(),
                machine.deadline(),
                machine.master().map(Neighbour::address),
                machine.isOutranked(),
                machine.marks().kept(),
                neighbours);
    }

    /** The packet with other bytes before and behind it, as in a buffer that is used again. */
    private ByteBuffer within(byte[] packet) {
        ByteBuffer buffer = receiving.clear();
        for (int i = 0; i < AROUND; i++) {
            buffer.put(i, (byte) 0x5a).put(AROUND + packet.length + i, (byte) 0xa5);
        }
        buffer.put(AROUND, packet);
        return buffer.position(AROUND).limit(AROUND + packet.length);
    }

    /** All of the buffer. */
    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.duplicate().clear().get(0, bytes);
        return bytes;
    }

    static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
