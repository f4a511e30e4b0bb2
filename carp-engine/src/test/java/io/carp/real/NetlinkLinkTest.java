// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.AddressMessage;
import io.carp.linux.LibC;
import io.carp.linux.LinkEvents;
import io.carp.linux.LinkMessage;
import io.carp.linux.Netlink;
import io.carp.linux.NetlinkMonitor;
import io.carp.linux.SystemCallException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and notices of rtnetlink. */
class NetlinkLinkTest {
    private Netns netns;

    @BeforeEach
    void setUp() {
        netns = Netns.create("carp-vip-netlink");
        netns.ip("link add eth0 type veth peer name peer0");
        netns.ip("link set peer0 up");
        netns.ip("link set eth0 up");
    }

    @AfterEach
    void tearDown() {
        if (netns != null) {
            netns.close();
        }
    }

    @Test
    void failuresCarryTheErrorNumber() {
        in(netlink -> {
            var link = netlink.link("eth0");
            assertTrue(link.isUp() && link.hasEthernetFrames());
            assertEquals("eth0", netlink.link(link.ifindex()).name());
            assertNull(netlink.link("eth7"));
            assertNull(netlink.link(4711));
            netlink.checkPrivilege();

            var address = address(link.ifindex(), "10.3.0.1");
            netlink.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
            var e = assertThrows(
                    SystemCallException.class, () -> netlink.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL));
            assertEquals(LibC.EEXIST, e.errno());
            netlink.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
            netlink.delete(address);
            e = assertThrows(SystemCallException.class, () -> netlink.delete(address));
            assertEquals(LibC.EADDRNOTAVAIL, e.errno());
            e = assertThrows(
                    SystemCallException.class, () -> netlink.add(address(4711, "10.3.0.1"), Netlink.NLM_F_CREATE));
            assertEquals(LibC.ENODEV, e.errno());
        });
    }

    @Test
    void aDumpLongerThanTheBufferIsComplete() {
        in(netlink -> {
            int ifindex = netlink.link("eth0").ifindex();
            for (int n = 0; n < 1500; n++) {
                netlink.add(address(ifindex, "10.4." + n / 250 + "." + (1 + n % 250)), Netlink.NLM_F_CREATE);
            }
            assertEquals(
                    1500,
                    netlink.addresses().all().stream()
                            .filter(a -> a.ifindex() == ifindex && a.proto() == 0x42)
                            .count());
        });
    }

    @Test
    void theMonitorTellsWhatOthersDo() {
        in(netlink -> {
            var link = netlink.link("eth0");
            var told = new Told();
            try (var monitor = NetlinkMonitor.open(netlink.portId())) {
                assertFalse(monitor.await(0));
                var mine = address(link.ifindex(), "10.3.0.1");
                netlink.add(mine, Netlink.NLM_F_CREATE);
                netlink.delete(mine);
                netns.ip("address add 10.3.0.2/32 dev eth0");
                netns.ip("address del 10.3.0.2/32 dev eth0");
                netns.ip("link set eth0 down");
                told.readUntil("down eth0", monitor);
            }
            assertEquals(List.of("new /10.3.0.2", "deleted /10.3.0.2", "down eth0"), told.lines);
        });
    }

    @Test
    void theMonitorSaysWhoAskedForTheRemovalOfAnIpv4Address() {
        in(netlink -> {
            var told = new Told();
            try (var monitor = NetlinkMonitor.open(-1)) {
                int ifindex = netlink.link("eth0").ifindex();
                var mine = address(ifindex, "10.3.0.1");
                netlink.add(mine, Netlink.NLM_F_CREATE);
                netlink.delete(mine);
                told.readUntil("deleted /10.3.0.1", monitor);
                assertEquals(netlink.portId(), told.requester);
                var ip = netns.start("ip", "address", "add", "10.3.0.2/32", "dev", "eth0");
                ip.waitFor();
                told.readUntil("new /10.3.0.2", monitor);
                assertEquals(ip.pid(), told.requester);
            }
        });
    }

    @Test
    void theMonitorIsNotToldThatAddressesWithAMarkAreAdded() {
        in(netlink -> {
            var told = new Told();
            try (var monitor = NetlinkMonitor.open(-1)) {
                monitor.ignoreAdded(0x42);
                int ifindex = netlink.link("eth0").ifindex();
                var mine = address(ifindex, "10.3.0.1");
                netlink.add(mine, Netlink.NLM_F_CREATE);
                netlink.add(mine, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
                netns.ip("address add 10.3.0.2/32 dev eth0");
                netlink.delete(mine);
                netns.ip("link set eth0 down");
                told.readUntil("down eth0", monitor);
            }
            assertEquals(List.of("new /10.3.0.2", "deleted /10.3.0.1", "down eth0"), told.lines);
        });
    }

    @Test
    void whatIsAskedForIsToldWithMarkToo() {
        in(netlink -> {
            int ifindex = netlink.link("eth0").ifindex();
            for (int n = 0; n < 1500; n++) {
                netlink.add(address(ifindex, "10.4." + n / 250 + "." + (1 + n % 250)), Netlink.NLM_F_CREATE);
            }
            var told = new Everything();
            try (var events = LinkEvents.open(told)) {
                events.ignoreAdded(0x42);
                for (int n = 0; n < 1000 && !told.complete; n++) {
                    events.read();
                }
            }
            assertEquals(1500, told.marked);
        });
    }

    private static final class Everything implements LinkEvents.Listener {
        int marked;
        boolean complete;

        @Override
        public void begin() {}

        @Override
        public void link(LinkMessage link, boolean deleted) {}

        @Override
        public void address(AddressMessage address, boolean deleted) {
            marked += address.proto() == 0x42 ? 1 : 0;
        }

        @Override
        public void complete() {
            complete = true;
        }
    }

    @Test
    void theMonitorSaysThatItMissedSomething() {
        in(netlink -> {
            var address = address(netlink.link("eth0").ifindex(), "10.3.0.1");
            var told = new Told();
            try (var monitor = NetlinkMonitor.open(0)) {
                for (int n = 0; n < 5000; n++) {
                    netlink.add(address, Netlink.NLM_F_CREATE);
                    netlink.delete(address);
                }
                told.readAll(monitor);
                assertTrue(told.lines.contains("overrun"));
                told.lines.clear();
                monitor.read(told);
                assertEquals(List.of(), told.lines);
            }
        });
    }

    @Test
    void aStormOfChangesIsReadInParts() {
        in(netlink -> {
            var address = address(netlink.link("eth0").ifindex(), "10.3.0.1");
            var told = new Told();
            try (var monitor = NetlinkMonitor.open(-1)) {
                for (int n = 0; n < 1500; n++) {
                    netlink.add(address, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
                }
                assertTrue(monitor.read(told));
                assertFalse(told.lines.contains("overrun"), "this test needs a kernel that keeps 1500 notices");
                assertTrue(told.lines.size() < 1500, told.lines.size() + " in a row");
                assertTrue(monitor.await(0));
                assertTrue(monitor.read(told));
                assertFalse(monitor.read(told));
                assertEquals(1500, told.lines.size());
            }
        });
    }

    private static AddressMessage address(int ifindex, String text) throws Exception {
        return new AddressMessage(ifindex, InetAddress.getByName(text), 32, 0, 0x42, null, 1000, 1000);
    }

    private interface Action {
        void run(Netlink netlink) throws Exception;
    }

    private void in(Action action) {
        netns.call(() -> {
            try (var netlink = Netlink.open(1000)) {
                action.run(netlink);
            }
            return null;
        });
    }

    /**
     * Takes only news of 10.3 and of links that are down, since the kernel also tells of addresses that it makes
     * itself.
     */
    private static final class Told implements NetlinkMonitor.Listener {
        final List<String> lines = new ArrayList<>();
        int requester;

        void readUntil(String last, NetlinkMonitor monitor) throws Exception {
            BinderHost.await(last, () -> {
                monitor.read(this);
                return lines.contains(last);
            });
        }

        void readAll(NetlinkMonitor monitor) throws SystemCallException {
            while (monitor.read(this)) {
                // The next call reads what is left.
            }
        }

        @Override
        public void address(AddressMessage address, boolean deleted, int requester) {
            if (address.local().getHostAddress().startsWith("10.3.")) {
                this.requester = requester;
                lines.add((deleted ? "deleted " : "new ") + address.local());
            }
        }

        @Override
        public void link(LinkMessage link, boolean deleted) {
            if (!link.isUp()) {
                lines.add("down " + link.name());
            }
        }

        @Override
        public void overrun() {
            lines.add("overrun");
        }
    }
}
