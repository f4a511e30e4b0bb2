// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.carp.linux.Netlink;
import io.carp.linux.RawSocket;
import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import io.carp.testing.contract.Recorder;
import java.lang.management.ManagementFactory;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Raw sockets hear nothing from elsewhere and allocate nothing on the heap. */
@Timeout(120)
class RawSocketLinkTest {
    private static final int BURST = 50;
    // The look-up would allocate.
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Lan lan;

    @BeforeEach
    void build() {
        lan = new Lan("carp-net-socket", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void whatCameInElsewhereIsNeverDelivered() throws Exception {
        var host = lan.host(1);
        var group = InetAddress.getByName("224.0.0.18");
        int received = host.call(() -> {
            try (var netlink = Netlink.open(1000);
                    var storm = RawSocket.open("lo", netlink.link("lo").ifindex(), true)) {
                storm.join(group);
                var everybody = storm.to(group, InetAddress.getByName("127.0.0.1"));
                var stop = new CompletableFuture<Boolean>();
                var flood = new Thread(() -> {
                    while (!stop.isDone()) {
                        storm.send(ByteBuffer.wrap(Recorder.advertisement(7)), everybody);
                    }
                });
                flood.start();
                try {
                    assertTrue(storm.receive() || waitFor(storm), "the flood is real");
                    return deliveredTo("eth0", netlink.link("eth0").ifindex(), group);
                } finally {
                    stop.complete(true);
                    flood.join();
                }
            }
        });
        assertEquals(0, received);
    }

    private static boolean waitFor(RawSocket socket) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
            if (socket.receive()) {
                return true;
            }
        }
        return false;
    }

    private static int deliveredTo(String networkInterface, int ifindex, InetAddress group) throws Exception {
        int received = 0;
        for (int attempt = 0; attempt < 3000; attempt++) {
            try (var socket = RawSocket.open(networkInterface, ifindex, true)) {
                socket.join(group);
                received += socket.receive() ? 1 : 0;
            }
        }
        return received;
    }

    @Test
    void theSameSenderIsTheSameObject() throws Exception {
        var group = InetAddress.getByName("ff02::12");
        var to = open(lan.host(1), group);
        var from = open(lan.host(2), group);
        try (to;
                from) {
            var first = from.to(group, InetAddress.getByName("fd09::2"));
            for (int n = 0; n < 2; n++) {
                assertEquals(0, from.send(ByteBuffer.wrap(Recorder.advertisement(7)), first));
            }
            assertTrue(waitFor(to));
            var sender = to.source();
            assertEquals(InetAddress.getByName("fd09::2"), sender);
            assertTrue(waitFor(to));
            assertSame(sender, to.source());
            var second = from.to(group, InetAddress.getByName("fd09::2:2"));
            lan.host(2).ip("-6 address add fd09::2:2/64 dev eth0 nodad");
            assertEquals(0, from.send(ByteBuffer.wrap(Recorder.advertisement(7)), second));
            assertTrue(waitFor(to));
            assertNotSame(sender, to.source());
            assertFalse(to.receive());
        }
    }

    private static RawSocket open(Netns host, InetAddress group) {
        return host.call(() -> {
            try (var netlink = Netlink.open(1000)) {
                var socket = RawSocket.open("eth0", netlink.link("eth0").ifindex(), group instanceof Inet4Address);
                socket.join(group);
                return socket;
            }
        });
    }

    private enum Way {
        IPV4,
        IPV6,
        BROADCAST,
        PEERS;

        /** A delivery from one host to the other. */
        Delivery delivery(int to) throws Exception {
            var family = this == IPV6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
            var peers = this == PEERS ? List.of(InetAddress.getByName("10.9.0." + to)) : List.<InetAddress>of();
            return Delivery.multicast("eth0", family, 7)
                    .withBroadcast(this == BROADCAST)
                    .withPeers(peers);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPacketAllocatesNothing(Way way) throws Exception {
        var loops = new Loop[] {lan.host(1).loop(), lan.host(2).loop()};
        try (var receiving = new RawTransport(loops[0]);
                var sending = new RawTransport(loops[1])) {
            var to = new Counter();
            var fromTwo = way.delivery(2);
            Recorder.on(loops[0], () -> receiving.open(fromTwo, to));
            var from = new Counter();
            var toOne = way.delivery(1);
            var port = Recorder.on(loops[1], () -> sending.open(toOne, from));
            to.up.get(20, TimeUnit.SECONDS);
            from.up.get(20, TimeUnit.SECONDS);

            var packet =
                    ByteBuffer.allocateDirect(36).put(Recorder.advertisement(7)).flip();
            send(loops[1], port, packet, to, 20_000);
            // What happens once, such as news of an interface, is in one round. What happens for each packet is in all.
            int packets = 5_000;
            long sent = Long.MAX_VALUE;
            long received = Long.MAX_VALUE;
            for (int round = 0; round < 4; round++) {
                long before = allocated(loops[0]);
                sent = Math.min(sent, send(loops[1], port, packet, to, packets));
                received = Math.min(received, allocated(loops[0]) - before);
            }

            System.out.println(way + ": bytes allocated per packet: sent " + (double) sent / packets + ", received "
                    + (double) received / packets);
            assertTrue(sent < packets / 20, sent + " bytes for " + packets + " packets sent");
            assertTrue(received < packets / 20, received + " bytes for " + packets + " packets received");
        } finally {
            for (var loop : loops) {
                ((NettyLoop) loop).close();
            }
        }
    }

    /** Sends in bursts that fit into the receiver's buffer, and returns what the sending alone allocated, in bytes. */
    private static long send(Loop loop, Transport.Port port, ByteBuffer packet, Counter to, int packets)
            throws InterruptedException {
        long bytes = 0;
        for (int n = 0; n < packets; n += BURST) {
            int before = to.packets.get();
            bytes += Recorder.on(loop, () -> {
                long start = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < BURST; i++) {
                    port.send(packet);
                }
                return THREADS.getCurrentThreadAllocatedBytes() - start;
            });
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (to.packets.get() < before + BURST) {
                assertTrue(System.nanoTime() < end, "packets were lost");
                Thread.onSpinWait();
            }
        }
        return bytes;
    }

    private static long allocated(Loop loop) {
        return Recorder.on(loop, () -> THREADS.getCurrentThreadAllocatedBytes());
    }

    private static final class Counter implements Transport.Listener {
        private final CompletableFuture<Boolean> up = new CompletableFuture<>();
        private final AtomicInteger packets = new AtomicInteger();

        @Override
        public void received(InetAddress source, int ttl, ByteBuffer packet) {
            packets.incrementAndGet();
        }

        @Override
        public void link(Transport.Link link, String why) {
            if (link == Transport.Link.UP) {
                up.complete(true);
            }
        }
    }
}
