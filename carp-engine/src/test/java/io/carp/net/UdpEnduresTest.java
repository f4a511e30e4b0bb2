// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import io.carp.testing.contract.Recorder;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is thrown in the thread carp-udp, or by a virtual host, makes nobody deaf. */
@Timeout(120)
class UdpEnduresTest {
    private final NettyLoop leftLoop = new NettyLoop();
    private final NettyLoop rightLoop = new NettyLoop();
    private final AtomicInteger failures = new AtomicInteger();
    private UdpTransport left;
    private UdpTransport right;
    private Recorder from;
    private Recorder to;

    @BeforeEach
    void open() throws Exception {
        int leftPort = UdpTransportTest.freePort();
        int rightPort = UdpTransportTest.freePort();
        left = new UdpTransport(leftLoop, UdpTransportTest.configuration(leftPort, "127.0.0.1:" + rightPort));
        right = new UdpTransport(
                new PoorLoop(rightLoop, failures), UdpTransportTest.configuration(rightPort, "127.0.0.1:" + leftPort));
        from = new Recorder(leftLoop, left, "eth0", StandardProtocolFamily.INET, 3);
        to = new Recorder(rightLoop, right, "eth0", StandardProtocolFamily.INET, 3);
        from.await(Transport.Link.UP);
        to.await(Transport.Link.UP);
    }

    @AfterEach
    void close() {
        failures.set(0);
        left.close();
        right.close();
        leftLoop.close();
        rightLoop.close();
    }

    private void passes() throws Exception {
        assertEquals(0, from.send(Recorder.advertisement(3)));
        assertArrayEquals(Recorder.advertisement(3), to.packet().bytes());
    }

    @SuppressWarnings({"deprecation", "removal"})
    private static void kill(Thread thread) {
        thread.stop();
    }

    @Test
    void whatIsThrownBetweenTwoPacketsEndsNoThread() throws Exception {
        passes();
        for (int i = 0; i < 3; i++) {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("carp-udp")) {
                    kill(thread); // It waits for packets by now, in Java or in Netty.
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
            passes();
        }
    }

    @Test
    void aPacketForWhichThereWasNoMemoryIsReadALittleLater() throws Exception {
        passes();
        failures.set(1);
        while (failures.get() > 0) {
            passes(); // One that comes while the one before is read needs nobody to bring it.
        }
    }

    @Test
    void aVirtualHostThatFailsCostsNoOtherOneWhatIsReadForIt() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        Transport.Listener fails = new Transport.Listener() {
            @Override
            public void received(InetAddress source, int ttl, ByteBuffer packet) {
                failed.incrementAndGet();
                throw new OutOfMemoryError("expected by this test");
            }

            @Override
            public void wrongPeer(InetAddress source) {}

            @Override
            public void link(Transport.Link link, String why) {}
        };
        Delivery delivery = Delivery.multicast("eth0", StandardProtocolFamily.INET, 4);
        Transport.Port port = Recorder.on(rightLoop, () -> right.open(delivery, fails));
        Recorder other = new Recorder(leftLoop, left, "eth0", StandardProtocolFamily.INET, 4);
        other.await(Transport.Link.UP);
        Recorder.on(rightLoop, () -> {
            assertEquals(0, other.send(Recorder.advertisement(4)));
            assertEquals(0, from.send(Recorder.advertisement(3)));
            port.drain(); // It is read for the sake of a virtual host that wants to know now.
            return true;
        });
        assertEquals(1, failed.get());
        assertArrayEquals(Recorder.advertisement(3), to.packet().bytes());
    }
}
