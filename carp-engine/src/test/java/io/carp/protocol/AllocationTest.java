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
