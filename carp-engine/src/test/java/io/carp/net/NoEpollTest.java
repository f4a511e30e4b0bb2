// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What works where Netty has no epoll, as on macOS. This runs in a JVM of its own, since Netty decides that once. */
class NoEpollTest {
    private static final String DISABLED =
            "Native transport was explicit disabled with -Dio.netty.transport.noNative=true";

    @Test
    void udpAndTimersWorkAndRawSaysWhyItDoesNot() throws IOException, InterruptedException {
        var java = System.getProperty("java.home") + "/bin/java";
        var classPath = System.getProperty("java.class.path");
        var command = List.of(
                java,
                "-Dio.netty.transport.noNative=true",
                "-cp",
                classPath,
                Program.class.getName(),
                String.valueOf(UdpTransportTest.freePort()));
        var process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertEquals(
                List.of(
                        "watch: there is no epoll: " + DISABLED,
                        "udp: UP ",
                        "raw: UNUSABLE raw sockets cannot be used: there is no epoll: " + DISABLED,
                        "timer on carp-loop"),
                output.lines().toList(),
                log);
        assertEquals(
                1,
                log.lines()
                        .filter(line -> line.contains("there is no epoll: " + DISABLED))
                        .count(),
                log);
    }

    /** Prints what works, one line each. */
    static final class Program {
        private static final CountDownLatch STEP = new CountDownLatch(1);

        public static void main(String[] arguments) throws Exception {
            var loop = new NettyLoop();
            try {
                loop.watch(0, () -> {});
            } catch (UnsupportedOperationException e) {
                System.out.println("watch: " + e.getMessage());
            }
            var udp = new UdpTransport(loop, Map.of("bind", "127.0.0.1", "peers", "127.0.0.2", "port", arguments[0]));
            print("udp", loop, udp).await(20, TimeUnit.SECONDS);
            print("raw", loop, new RawTransport(loop)).await(20, TimeUnit.SECONDS);
            loop.execute(() -> loop.at(loop.nanoTime() + 1_000_000, () -> {
                System.out.println("timer on " + Thread.currentThread().getName());
                STEP.countDown();
            }));
            STEP.await(20, TimeUnit.SECONDS);
            udp.close();
            loop.close();
        }

        private static CountDownLatch print(String name, NettyLoop loop, Transport transport) {
            var told = new CountDownLatch(1);
            loop.execute(() ->
                    transport.open(Delivery.multicast("lo", StandardProtocolFamily.INET, 7), new Transport.Listener() {
                        @Override
                        public void received(InetAddress source, int ttl, ByteBuffer packet) {}

                        @Override
                        public void link(Transport.Link link, String why) {
                            System.out.println(name + ": " + link + " " + why);
                            told.countDown();
                        }
                    }));
            return told;
        }
    }
}
