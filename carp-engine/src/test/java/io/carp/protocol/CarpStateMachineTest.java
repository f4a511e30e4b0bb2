// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What scenarios cannot say: the contract with the caller, both families, limits. The rules are in {@code scenarios}.
 */
class CarpStateMachineTest {
    private static final AdvertisementDigest DIGEST =
            new AdvertisementDigest(7, "secret".getBytes(UTF_8), List.of(Golden.address("10.0.0.100")));
    private static final Settings SETTINGS = new Settings(7, 1, 100, false, 3, 0, 60);
    private static final long SECOND = 1_000_000_000L;

    private final CarpStateMachine machine = new CarpStateMachine(SETTINGS, DIGEST, 1);

    @Test
    void earlyAndExtraTicksDoNothing() {
        assertNothing(machine.tick(Long.MIN_VALUE / 2));
        long deadline = machine.start(Reason.LINK_UP, 0).deadline();
        assertNothing(machine.tick(0));
        assertNothing(machine.tick(deadline - 1));
        assertTrue(machine.tick(deadline).sends());
        assertNothing(machine.tick(deadline));
    }

    @Test
    void timeMayPassTheEndOfItsRange() {
        long now = Long.MAX_VALUE - 2 * SECOND;
        machine.start(Reason.LINK_UP, now);
        assertNothing(machine.tick(now + SECOND));
        assertTrue(machine.tick(now + 4 * SECOND).sends());
    }

    @Test
    void whatDoesNotFitTheStateChangesNothing() {
        assertNothing(machine.stepDown(Reason.USER_REQUEST, 0));
        assertNothing(machine.takeOver(0));
        assertNothing(machine.late(0));
        assertNothing(machine.linkDown(Reason.LINK_DOWN));
        assertNothing(machine.stop(Reason.STOPPED, 0));
        assertNothing(machine.demotion(240, 0));
        assertNothing(receive("10.0.0.2", 255, 0));
        assertEquals(Step.NEVER, machine.deadline());
        machine.start(Reason.LINK_UP, 0);
        assertNothing(machine.start(Reason.LINK_UP, SECOND));
        assertNothing(machine.stepDown(Reason.USER_REQUEST, SECOND));
        assertNothing(machine.late(SECOND));
        assertEquals(3 * SECOND + SETTINGS.intervalNanos(100) - SECOND, machine.deadline());
    }

    @Test
    void whatWasSentIsNotSentAgain() {
        machine.start(Reason.LINK_UP, 0);
        machine.takeOver(0);
        assertTrue(machine.stop(Reason.STOPPED, 0).sends());
        assertNothing(machine.stepDown(Reason.USER_REQUEST, 0));
        machine.start(Reason.LINK_UP, 0);
        machine.takeOver(0);
        assertTrue(machine.stop(Reason.STOPPED, 0).sends());
        assertNothing(machine.late(0));
    }

    @Test
    void aStepTellsFromAndTo() {
        Step step = machine.start(Reason.LINK_UP, 0);
        assertTrue(step.changes());
        assertEquals(CarpState.INIT, step.from());
        assertEquals(CarpState.BACKUP, step.to());
        assertEquals(Reason.LINK_UP, step.reason());
        step = machine.takeOver(0);
        assertEquals(CarpState.BACKUP, step.from());
        assertEquals(CarpState.MASTER, step.to());
        assertEquals(Reason.USER_REQUEST, step.reason());
        step = machine.stepDown(Reason.BIND_FAILED, 0);
        assertEquals(Reason.BIND_FAILED, step.reason());
        step = machine.stop(Reason.CONFIGURATION, 0);
        assertEquals(CarpState.INIT, machine.state());
        assertEquals(Reason.CONFIGURATION, step.reason());
        assertFalse(step.sends(), "a backup has nothing to bow out from");
    }

    @Test
    void theReasonOfARealChangeStays() {
        machine.start(Reason.LINK_UP, 0);
        machine.linkDown(Reason.LINK_DOWN);
        assertEquals(Reason.LINK_DOWN, machine.stop(Reason.STOPPED, 0).reason());
    }

    @Test
    void lateIsOneNanosecondAfterThePatienceOfThePeers() {
        machine.start(Reason.LINK_UP, 0);
        machine.takeOver(0);
        long patience = SETTINGS.lateNanos(100);
        assertTrue(receive("10.0.0.2", 1, 200, patience).announces());
        long again = patience + patience; // It answered.
        assertTrue(receive("10.0.0.2", 1, 200, again).announces());
        assertEquals(
                Reason.OWN_ADVERTISEMENTS_LATE,
                receive("10.0.0.2", 1, 200, again + 1).reason());
    }

    /** The packet of a received datagram is often a slice somewhere inside a larger buffer. */
    @Test
    void thePacketMayLieAnywhereInItsBuffer() {
        machine.start(Reason.LINK_UP, 0);
        ByteBuffer buffer = ByteBuffer.allocate(100).position(20);
        buffer.put(Packets.of(DIGEST, 7, 1, 0, 9)).flip().position(20);
        machine.receive(Golden.address("10.0.0.2"), 255, buffer, SECOND);
        assertEquals(20, buffer.position());
        assertEquals(Map.of("ipackets", 1L), counted());
    }

    @Test
    void aNewNeighbourTakesThePlaceOfTheOneUnheardForLongest() {
        machine.start(Reason.LINK_UP, 0);
        for (int i = 1; i <= 64; i++) {
            machine.receive(Golden.address("10.0.1." + i), 255, Packets.of(DIGEST, 7, 1, 0, 9), i * SECOND);
        }
        machine.receive(Golden.address("10.0.1.1"), 255, Packets.of(DIGEST, 7, 1, 0, 9), 65 * SECOND);
        machine.receive(Golden.address("10.0.0.99"), 255, Packets.of(DIGEST, 7, 1, 0, 9), 66 * SECOND);
        assertEquals(64, machine.neighbours().size());
        assertTrue(isNeighbour("10.0.1.1"));
        assertFalse(isNeighbour("10.0.1.2"), "it was silent for longest");
        Neighbour master = machine.master().orElseThrow();
        assertEquals(Golden.address("10.0.0.99"), master.address());
        assertEquals(1, master.advbase());
        assertEquals(0, master.advskew());
        assertTrue(machine.isOutranked(), "taking over from it would last for one advertisement");
    }

    private boolean isNeighbour(String address) {
        return machine.neighbours().stream().anyMatch(one -> one.address().equals(Golden.address(address)));
    }

    @Test
    void familiesAreCountedEachByItselfAndIpv4SettlesTies() {
        machine.start(Reason.LINK_UP, 0);
        machine.source(false, Golden.address("10.0.0.9"));
        machine.source(true, Golden.address("fe80::9"));
        machine.takeOver(0);
        receive("10.0.0.10", 1, 100);
        receive("fe80::a", 1, 100);
        assertEquals(CarpState.MASTER, machine.state());
        receive("fe80::9", 1, 0);
        receive("10.0.0.9", 1, 0);
        assertEquals(Map.of("ipackets", 1L, "ipackets6", 1L, "looped", 2L, "becameMaster", 1L), counted());
        receive("fe80::8", 1, 100);
        receive("fe80::8", 1, 100);
        assertEquals(CarpState.MASTER, machine.state(), "by IPv6 alone it takes three");
        receive("fe80::8", 1, 100);
        assertEquals(CarpState.BACKUP, machine.state());
    }

    /** Without an address of that family there is nothing to compare: if both kept, there would be two masters. */
    @Test
    void aTieWithoutAnAddressIsYielded() {
        machine.start(Reason.LINK_UP, 0);
        machine.source(false, Golden.address("10.0.0.1"));
        machine.source(false, null);
        machine.takeOver(0);
        assertEquals(Reason.TIE_LOST, receive("10.0.0.2", 1, 100).reason());
    }

    @Test
    void whoWasMasterIsForgottenWhenItIsUsOrWeTakeNoPart() {
        machine.start(Reason.LINK_UP, 0);
        receive("10.0.0.2", 1, 0);
        assertTrue(machine.master().isPresent());
        assertTrue(machine.isOutranked());
        machine.takeOver(0);
        assertFalse(machine.master().isPresent());
        assertFalse(machine.isOutranked());
        receive("10.0.0.2", 1, 0);
        machine.linkDown(Reason.LINK_DOWN);
        assertFalse(machine.master().isPresent());
        assertFalse(machine.isOutranked());
    }

    /** So many that the carry of a carry comes up, too. */
    @Test
    void everyChecksumWeWriteIsRight() {
        ByteBuffer packet = ByteBuffer.allocate(AdvertisementCodec.LENGTH);
        for (int counter = 0; counter < 100_000; counter++) {
            AdvertisementCodec.encode(new Advertisement().set(7, 1, 0, 0, counter), DIGEST, packet);
            assertTrue(AdvertisementCodec.isChecksumRight(packet));
        }
    }

    private Step receive(String source, int advbase, int advskew) {
        return receive(source, advbase, advskew, 0);
    }

    private Step receive(String source, int advbase, int advskew, long now) {
        return machine.receive(Golden.address(source), 255, Packets.of(DIGEST, 7, advbase, advskew, 42), now);
    }

    private Map<String, Long> counted() {
        Map<String, Long> counted = machine.counters().asMap();
        counted.values().removeIf(value -> value == 0);
        return counted;
    }

    private static void assertNothing(Step step) {
        assertFalse(step.sends());
        assertFalse(step.changes());
        assertFalse(step.announces());
    }
}
