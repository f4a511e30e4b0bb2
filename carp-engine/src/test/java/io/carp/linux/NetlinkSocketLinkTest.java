// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Netns;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What other programs send to our sockets, and what gets lost. */
class NetlinkSocketLinkTest {
    private Netns netns;

    @BeforeEach
    void setUp() {
        netns = Netns.create("carp-netlink");
        netns.ip("link add eth0 type veth peer name peer0");
    }

    @AfterEach
    void tearDown() {
        if (netns != null) {
            netns.close();
        }
    }

    private static AddressMessage address(int n) throws Exception {
        return new AddressMessage(
                1, InetAddress.getByName("10.5." + n / 250 + "." + (1 + n % 250)), 32, 0, 0x42, null, 1000, 1000);
    }

    /** Sends a datagram with one message to any number, which root may do. */
    private static void forge(NetlinkSocket from, int to, int length) throws Exception {
        var datagram = new Memory(length);
        datagram.bytes()
                .putInt(length)
                .putShort((short) NetlinkMessage.RTM_NEWADDR)
                .putShort((short) 0)
                .putLong(0);
        address(1).encode(datagram.bytes());
        var address = new Memory(12);
        address.bytes().putShort((short) LibC.AF_NETLINK).putInt(4, to);
        assertEquals(length, LibC.sendto(from.fd(), datagram, length, 0, address, 12));
    }

    private static final class Heard implements RouteNotices.Listener {
        final List<String> lines = new ArrayList<>();

        @Override
        public void message(NetlinkMessage message) {
            var address = message.address();
            lines.add(
                    address == null ? "type " + message.type() : address.local().getHostAddress());
        }

        @Override
        public void lost() {
            lines.add("lost");
        }
    }

    @Test
    void onlyTheKernelIsHeard() {
        netns.call(() -> {
            var heard = new Heard();
            try (var notices = RouteNotices.open();
                    var stranger = NetlinkSocket.open(0, 0);
                    var netlink = Netlink.open(1000)) {
                forge(stranger, notices.socket().portId(), 200);
                netlink.add(address(7), Netlink.NLM_F_CREATE);
                assertTrue(notices.read(10, heard));
                assertEquals(List.of("10.5.0.8"), heard.lines);
            }
            return null;
        });
    }

    @Test
    void anAnswerOfSomebodyElseIsNone() {
        netns.call(() -> {
            try (var netlink = Netlink.open(1000);
                    var stranger = NetlinkSocket.open(0, 0)) {
                for (int n = 0; n < 5; n++) {
                    forge(stranger, netlink.portId(), 200);
                }
                assertEquals(
                        List.of(),
                        netlink.addresses().all().stream()
                                .filter(a -> a.proto() == 0x42)
                                .toList());
            }
            return null;
        });
    }

    @Test
    void whatIsLongerThanTheRoomIsLost() {
        netns.call(() -> {
            try (var hears = NetlinkSocket.open(LibC.SOCK_NONBLOCK, 0)) {
                hears.room(1 << 20);
                assertEquals(NetlinkSocket.NOTHING, hears.receive());
                // The kernel answers a request that it does not understand with the whole request.
                var request = new Memory(100_000);
                request.bytes().putInt(100_000).putShort((short) 4711).putShort((short) NetlinkMessage.NLM_F_REQUEST);
                hears.send(request, request.length(), 0, "nonsense");
                assertEquals(NetlinkSocket.LOST, hears.receive());
                assertEquals(NetlinkSocket.NOTHING, hears.receive());
            }
            return null;
        });
    }

    @Test
    void aListenerThatFailsHearsWhatComesNext() {
        netns.call(() -> {
            try (var notices = RouteNotices.open();
                    var netlink = Netlink.open(1000)) {
                netlink.add(address(1), Netlink.NLM_F_CREATE);
                netlink.add(address(2), Netlink.NLM_F_CREATE);
                assertThrows(
                        IllegalStateException.class,
                        () -> notices.read(10, new RouteNotices.Listener() {
                            @Override
                            public void message(NetlinkMessage message) {
                                throw new IllegalStateException("on purpose");
                            }

                            @Override
                            public void lost() {}
                        }));
                var heard = new Heard();
                assertTrue(notices.read(10, heard));
                assertEquals(List.of("10.5.0.3"), heard.lines);
                assertFalse(notices.read(10, heard));
            }
            return null;
        });
    }

    @Test
    void aDumpThatOthersDisturbIsWholeOrSaysThatItIsNot() {
        netns.call(() -> {
            try (var netlink = Netlink.open(1000)) {
                for (int n = 0; n < 3000; n++) {
                    netlink.add(address(n), Netlink.NLM_F_CREATE);
                }
                assertTrue(netlink.addresses().whole());
                var stop = new AtomicBoolean();
                var disturber = new Thread(() -> disturb(stop)); // In the namespace of the thread that starts it.
                disturber.start();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                boolean everBroken = false;
                while (!everBroken && System.nanoTime() - end < 0) {
                    everBroken = !netlink.addresses().whole();
                }
                stop.set(true);
                disturber.join();
                assertTrue(everBroken, "however many tries, it could always be told in one piece");
                var quiet = netlink.addresses();
                assertTrue(quiet.whole());
                assertEquals(
                        3000,
                        quiet.all().stream().filter(a -> a.proto() == 0x42).count());
            }
            return null;
        });
    }

    private static void disturb(AtomicBoolean stop) {
        try (var netlink = Netlink.open(1000)) {
            while (!stop.get()) {
                netlink.add(address(4000), Netlink.NLM_F_CREATE);
                netlink.delete(address(4000));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
