// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.carp.CarpState;
import io.carp.Reason;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing is allocated for an advertisement, received or sent, so we never cause a garbage collection. */
class AllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;
    private static final AdvertisementDigest DIGEST =
            new AdvertisementDigest(7, "secret".getBytes(UTF_8), List.of(Golden.address("10.0.0.100")));
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final CarpStateMachine machine = new CarpStateMachine(new Settings(7, 1, 0, false, 3, 2, 60), DIGEST, 1);
    private final InetAddress source = Golden.address("10.0.0.2");
    private long now;

    @Test
    void aBackupReceives() {
        ByteBuffer packet = Packets.of(DIGEST, 7, 1, 0, 42);
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
        nothingIsAllocated(() -> machine.receive(source, 255, packet, now++));
        assertEquals(WARM_UP + MEASURED, machine.counters().get(Counters.Counter.ipackets));
    }

    @Test
    void aForgeryIsRefused() {
        ByteBuffer packet = Packets.of(new AdvertisementDigest(7, "other".getBytes(UTF_8), List.of()), 7, 1, 0, 42);
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
        nothingIsAllocated(() -> machine.receive(source, 255, packet, now++));
        assertEquals(WARM_UP + MEASURED, machine.counters().get(Counters.Counter.badauth));
    }

    @Test
    void aSealedOneIsReceived() {
        CarpStateMachine receiver = sealed();
        CarpStateMachine sender = sealed();
        sender.source(false, source);
        sender.start(Reason.INITIALIZATION_COMPLETE, now);
        sender.takeOver(now);
        receiver.start(Reason.INITIALIZATION_COMPLETE, now);
        nothingIsAllocated(() -> {
            now = sender.deadline();
            receiver.receive(source, 255, sender.tick(now).packet(), now);
        });
        assertEquals(WARM_UP + MEASURED, receiver.counters().get(Counters.Counter.ipackets));
    }

    @Test
    void aSealThatIsForgedIsRefused() {
        CarpStateMachine receiver = sealed();
        CarpStateMachine sender = sealed();
        sender.source(false, source);
        sender.start(Reason.INITIALIZATION_COMPLETE, now);
        receiver.start(Reason.INITIALIZATION_COMPLETE, now);
        sender.takeOver(now);
        receiver.receive(source, 255, sender.tick(sender.deadline()).packet(), now); // Now its address is known.
        ByteBuffer packet = sender.tick(sender.deadline()).packet();
        packet.put(SealTrailer.CODE_AT, (byte) (packet.get(SealTrailer.CODE_AT) ^ 1));
        nothingIsAllocated(() -> receiver.receive(source, 255, packet, now++));
        assertEquals(WARM_UP + MEASURED, receiver.counters().get(Counters.Counter.badseal));
    }

    private static CarpStateMachine sealed() {
        List<InetAddress> addresses = List.of(Golden.address("10.0.0.100"));
        SealKey key = new SealKey(1, "0123456789abcdef".getBytes(UTF_8));
        Seal seal = new Seal(Seal.Policy.REQUIRE, 1, List.of(key), addresses);
        AdvertisementDigest digest =
                new AdvertisementDigest(7, "secret".getBytes(UTF_8), addresses, DigestOrder.SORTED, null, seal);
        return new CarpStateMachine(new Settings(7, 1, 0, false, 3, 2, 60), digest, 1);
    }

    @Test
    void aMasterSends() {
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
        machine.takeOver(now);
        nothingIsAllocated(() -> {
            now = machine.deadline();
            assertTrue(machine.tick(now).sends());
        });
        assertEquals(CarpState.MASTER, machine.state());
    }

    private static void nothingIsAllocated(Runnable advertisement) {
        for (int i = 0; i < WARM_UP; i++) {
            advertisement.run();
        }
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < MEASURED; i++) {
            advertisement.run();
        }
        long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
        // Less than one each: the measurement itself and a late compilation may leave a few.
        assertTrue(bytes < MEASURED, () -> bytes + " bytes for " + MEASURED + " advertisements");
    }
}
