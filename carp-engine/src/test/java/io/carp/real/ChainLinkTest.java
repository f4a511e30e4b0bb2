// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.Chain;
import io.carp.linux.Destination;
import io.carp.linux.Netlink;
import io.carp.linux.RawSocket;
import io.carp.linux.Ring;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel sends a chain by itself, and not one packet of it behind the word that follows a cancel. */
@Timeout(120)
class ChainLinkTest {
    private static final int LENGTH = 36;
    private static final long MILLI = 1_000_000;
    private static final long INTERVAL = 20 * MILLI;
    private static final int RACES = Integer.getInteger("carp.link.races", 500);

    private Lan lan;
    private InetAddress group;
    private Ring ring;
    private RawSocket socket;
    private Destination[] to;
    private RawSocket peer;

    @BeforeEach
    void build() throws Exception {
        lan = new Lan("carp-net-chain", 2);
        group = InetAddress.getByName("224.0.0.18");
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** One thread for everything: the ring belongs to it, and each socket to the namespace in which it was opened. */
    private void run(Callable<?> test) throws Exception {
        peer = lan.host(2).call(() -> {
            try (var netlink = Netlink.open(1000)) {
                var open = RawSocket.open("eth0", netlink.link("eth0").ifindex(), true);
                open.join(group);
                return open;
            }
        });
        lan.host(1).call(() -> {
            try (var netlink = Netlink.open(1000)) {
                ring = IoUring.open();
                socket = RawSocket.open("eth0", netlink.link("eth0").ifindex(), true);
                to = new Destination[] {socket.to(group, InetAddress.getByName("10.9.0.1"))};
                return test.call();
            } finally {
                if (ring != null) {
                    ring.close();
                }
                peer.close();
            }
        });
    }

    @Test
    void theKernelSendsWhileThisThreadDoesNothing() throws Exception {
        run(() -> {
            var chain = new Chain(ring, socket, to, 5);
            long start = System.nanoTime();
            assertTrue(chain.arm(packets(0, 5), LENGTH, start + INTERVAL, INTERVAL, MILLI, null));
            assertEquals(0, chain.left());
            until(() -> !chain.isArmed()); // In Java, not in a system call: the kernel interrupts it.
            assertEquals(5, chain.left());
            assertEquals(List.of(0, 1, 2, 3, 4), heard());
            assertFalse(chain.putOff(System.nanoTime() + INTERVAL), "nothing is left to be put off");
            return null;
        });
    }

    @Test
    void whatIsPutOffIsNotSent() throws Exception {
        run(() -> {
            var chain = new Chain(ring, socket, to, 3);
            long first = System.nanoTime() + INTERVAL;
            chain.arm(packets(0, 3), LENGTH, first, INTERVAL, MILLI, null);
            for (int i = 0; i < 10; i++) {
                busy(INTERVAL / 2);
                first = System.nanoTime() + INTERVAL;
                if (!chain.putOff(first)) {
                    System.out.println("held up for longer than " + INTERVAL / MILLI + " ms: tried again");
                    chain.cancel();
                    heard();
                    chain.arm(packets(0, 3), LENGTH, System.nanoTime() + INTERVAL, INTERVAL, MILLI, null);
                }
            }
            assertEquals(List.of(), heard());
            assertEquals(0, chain.cancel());
            busy(3 * INTERVAL);
            assertEquals(List.of(), heard());
            return null;
        });
    }

    @Test
    void anotherChainTakesItsPlaceInOneCall() throws Exception {
        run(() -> {
            var one = new Chain(ring, socket, to, 20);
            var two = new Chain(ring, socket, to, 20);
            one.arm(packets(0, 20), LENGTH, System.nanoTime() + INTERVAL, INTERVAL, MILLI, null);
            until(() -> one.left() > 0);
            two.arm(packets(100, 20), LENGTH, System.nanoTime() + INTERVAL, INTERVAL, MILLI, one);
            int left = one.left();
            assertFalse(one.isArmed());
            until(() -> two.left() > 0);
            two.cancel();
            var heard = heard();
            assertEquals(left, heard.stream().filter(n -> n < 100).count());
            assertTrue(heard.contains(100), heard::toString);
            return null;
        });
    }

    /** Cancels around the moment in which a packet leaves, and says a word of its own then: it is the last one heard. */
    @Test
    void nothingLeavesBehindACancel() throws Exception {
        run(() -> {
            var chain = new Chain(ring, socket, to, 3);
            int relayed = 0;
            for (int race = 0; race < RACES; race++) {
                long first = System.nanoTime() + 300_000;
                chain.arm(packets(0, 3), LENGTH, first, 2 * MILLI, 50_000, null);
                long wake = first - 20_000 + race % 120 * 1000;
                while (System.nanoTime() - wake < 0) {
                    Thread.onSpinWait();
                }
                relayed += chain.cancel();
                assertEquals(0, socket.send(packets(99, 1), to[0]));
                var heard = heard();
                assertEquals(99, heard.get(heard.size() - 1), heard::toString);
            }
            busy(5 * MILLI);
            assertEquals(List.of(), heard());
            System.out.println(
                    "cancel: " + RACES + " races, " + relayed + " packets of the chain, none behind the word");
            return null;
        });
    }

    /** More completions than the ring has room for: none is lost. */
    @Test
    void manyChainsAreReadToTheEnd() throws Exception {
        run(() -> {
            List<Chain> chains = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                var chain = new Chain(ring, socket, to, 20);
                chain.arm(packets(0, 20), LENGTH, System.nanoTime() + INTERVAL, 2 * MILLI, 50_000, null);
                chains.add(chain);
            }
            busy(10 * INTERVAL); // Nobody reads what is completed meanwhile.
            until(() -> chains.stream().noneMatch(Chain::isArmed));
            for (Chain chain : chains) {
                assertEquals(20, chain.left());
                chain.close();
            }
            return null;
        });
    }

    @Test
    void packetsThatFailEndNothing() throws Exception {
        run(() -> {
            var chain = new Chain(ring, socket, to, 8);
            lan.host(1).ip("link set eth0 down");
            chain.arm(packets(0, 8), LENGTH, System.nanoTime() + INTERVAL, INTERVAL, MILLI, null);
            until(() -> !chain.isArmed()); // It went on to its end.
            assertEquals(0, chain.left());
            assertEquals(List.of(), heard());
            return null;
        });
    }

    private static ByteBuffer packets(int from, int count) {
        var packets = ByteBuffer.allocateDirect(count * LENGTH);
        for (int i = 0; i < count; i++) {
            packets.put(i * LENGTH, (byte) 0x21).put(i * LENGTH + 1, (byte) 7).put(i * LENGTH + 35, (byte) (from + i));
        }
        return packets;
    }

    private List<Integer> heard() {
        List<Integer> heard = new ArrayList<>();
        while (peer.receive()) {
            heard.add(peer.packet().get(peer.packet().position() + 35) & 0xff);
        }
        return heard;
    }

    /** Waits without a system call. */
    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "not within 20 s");
            Thread.onSpinWait();
        }
    }

    private static void busy(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }
}
