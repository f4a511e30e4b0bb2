// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.OURS;
import static io.carp.real.BinderHost.addresses;
import static io.carp.real.BinderHost.await;
import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.AddressMessage;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressInUseException;
import io.carp.vip.Tending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which addresses are bound how, and which are never touched. */
class NetlinkBinderLinkTest {
    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-rules");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void bindsLeasesThatCarryOurMarkAndAreNoSource() {
        var binding = host.open(addresses("web", "eth0", 2, "eth0:web", "10.1.0.100", "fd01::100"));
        host.in(binding::prepare);
        host.in(() -> binding.bind(UP));

        var v4 = host.kernel("10.1.0.100").get(0);
        assertEquals(OURS, v4.proto());
        assertEquals(32, v4.prefixLength());
        assertEquals("eth0:web", v4.label());
        assertTrue(v4.validSeconds() <= 2, v4.toString());
        var v6 = host.kernel("fd01::100").get(0);
        assertEquals(OURS, v6.proto());
        assertEquals(128, v6.prefixLength());
        assertTrue((v6.flags() & AddressMessage.IFA_F_NODAD) != 0, v6.toString());
        assertEquals(0, v6.preferredSeconds());
        assertTrue(v6.validSeconds() <= 2, v6.toString());
        String shown = host.netns.ip("-d address show dev eth0");
        assertTrue(shown.contains("10.1.0.100/32 scope global dynamic eth0:web"), shown);
        assertTrue(shown.contains("fd01::100/128 scope global nodad deprecated dynamic noprefixroute"), shown);

        host.in(() -> binding.bind(UP));
        host.in(() -> binding.unbind(DOWN));
        assertFalse(host.has("10.1.0.100"));
        assertFalse(host.has("fd01::100"));
        host.in(() -> binding.unbind(DOWN));
    }

    /** Who waits for others gets the look that they had, with what they have done upon it. */
    @Test
    void manyThatBindAtOnceSeeWhatTheOthersHaveDone() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<String> refused = new CopyOnWriteArrayList<>();
        List<AddressBinder.Binding> bindings = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            var binding = host.open(addresses("h" + n, "eth0", 2, null, "10.1.0." + (100 + n / 2))); // Two want each.
            bindings.add(binding);
            threads.add(new Thread(() -> {
                try {
                    host.in(() -> binding.bind(UP));
                } catch (IllegalStateException e) {
                    refused.add(e.getCause().getMessage());
                }
            }));
        }
        threads.forEach(Thread::start);
        for (var thread : threads) {
            thread.join();
        }
        assertEquals(20, refused.size(), refused.toString());
        assertTrue(
                refused.stream().allMatch(why -> why.contains(" is bound by the virtual host h")), refused.toString());
        for (int n = 0; n < 20; n++) {
            assertTrue(host.has("10.1.0." + (100 + n)));
        }
        for (var binding : bindings) {
            host.in(() -> binding.unbind(DOWN));
        }
        for (int n = 0; n < 20; n++) {
            assertFalse(host.has("10.1.0." + (100 + n)));
        }
    }

    @Test
    void aLeaseOfZeroStaysForEver() {
        var binding = host.open(addresses(0, "10.1.0.100", "fd01::100"));
        host.in(() -> binding.bind(UP));
        assertEquals(AddressMessage.INFINITY, host.kernel("10.1.0.100").get(0).validSeconds());
        assertEquals(AddressMessage.INFINITY, host.kernel("fd01::100").get(0).validSeconds());
        assertEquals(0, host.kernel("fd01::100").get(0).preferredSeconds());
        host.in(binding::close);
        assertFalse(host.has("10.1.0.100"));
    }

    /** A node that knows this beforehand takes no part. Otherwise it would take the addresses from an able peer. */
    @Test
    void ipv6ThatIsDisabledIsSeenBeforeAnythingIsBound() {
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/eth0/disable_ipv6"), "1"));
        var binding = host.open(addresses(2, "10.1.0.100", "fd01::100"));
        assertEquals(
                "IPv6 is disabled on eth0: sysctl -w net.ipv6.conf.eth0.disable_ipv6=0, or leave the IPv6 addresses out",
                host.fails(IOException.class, binding::prepare).getMessage());
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/eth0/disable_ipv6"), "0"));
        host.in(binding::prepare);
    }

    @Test
    void anAddressOfSomebodyElseIsNeverTouched() {
        for (var there : List.of("10.1.0.100/32", "10.1.0.100/24", "fd01::100/128", "fd01::100/64")) {
            for (var networkInterface : List.of("eth0", "eth1")) {
                host.netns.ip("address add " + there + " dev " + networkInterface);
                var before = host.kernel(there.split("/")[0]);
                // One of the two addresses is free. It must not stay bound, either.
                var binding = host.open(addresses(2, "10.1.0.99", there.split("/")[0]));

                var why = host.fails(AddressInUseException.class, binding::prepare);
                assertTrue(why.getMessage()
                        .contains(" is already configured on " + networkInterface + " by somebody else"));
                host.fails(AddressInUseException.class, () -> binding.bind(UP));
                host.in(() -> binding.unbind(DOWN));
                host.in(binding::close);

                assertEquals(identity(before), identity(host.kernel(there.split("/")[0])));
                assertFalse(host.has("10.1.0.99"));
                host.netns.ip("address del " + there + " dev " + networkInterface);
            }
        }
    }

    @Test
    void anAddressThatSomebodyTakesOverWhileBoundIsLeftToThem() throws Exception {
        var binding = host.open(addresses(2, "10.1.0.100", "fd01::100"));
        host.in(() -> binding.bind(UP));
        host.netns.ip("address replace 10.1.0.100/32 dev eth0 valid_lft forever preferred_lft forever");
        host.netns.ip("address replace fd01::100/128 dev eth0 valid_lft forever preferred_lft forever nodad");
        await("gave up both", () -> {
            binding.advertised(System.nanoTime());
            return host.gaveUp.size() == 2;
        });
        // A renewal would come within one of these rounds.
        for (int n = 0; n < 20; n++) {
            binding.advertised(System.nanoTime());
            host.in(() -> Tending.now(host.binder));
        }
        host.in(() -> binding.unbind(DOWN));
        for (var address : List.of("10.1.0.100", "fd01::100")) {
            var left = host.kernel(address);
            assertEquals(1, left.size());
            assertEquals(AddressMessage.INFINITY, left.get(0).validSeconds());
        }
        assertEquals(List.of(), host.restored);
    }

    @Test
    void theSameAddressWithAnotherPrefixLengthIsLeftWhenWeGo() throws Exception {
        var binding = host.open(addresses(2, "10.1.0.100"));
        host.in(() -> binding.bind(UP));
        host.netns.ip("address add 10.1.0.100/24 dev eth0");
        binding.advertised(System.nanoTime());
        host.in(() -> Tending.now(host.binder));
        assertEquals(2, host.kernel("10.1.0.100").size());
        host.in(() -> binding.unbind(DOWN));
        var left = host.kernel("10.1.0.100");
        assertEquals(1, left.size());
        assertEquals(24, left.get(0).prefixLength());
    }

    @Test
    void anEarlierLifeIsClearedAwayOrAdopted() {
        host.plant("eth0", "10.1.0.100/24", OURS, 0);
        host.plant("eth1", "fd01::100/128", OURS, 0);
        host.plant("eth0", "10.1.0.50/32", OURS, 0);
        var binding = host.open(addresses(2, "10.1.0.100", "fd01::100"));
        host.in(binding::prepare);
        assertFalse(host.has("10.1.0.100"));
        assertFalse(host.has("fd01::100"));
        // This address is none of this virtual host.
        assertTrue(host.has("10.1.0.50"));

        host.plant("eth0", "10.1.0.100/32", OURS, 0);
        host.plant("eth1", "fd01::100/128", OURS, 0);
        host.in(() -> binding.bind(UP));
        assertEquals(1, host.kernel("10.1.0.100").size());
        assertTrue(host.kernel("10.1.0.100").get(0).validSeconds() <= 2);
        assertEquals(1, host.kernel("fd01::100").size());
        assertTrue(host.kernel("fd01::100").get(0).validSeconds() <= 2);
    }

    @Test
    void twoVirtualHostsDoNotShareAnAddress() {
        var first = host.open(addresses("first", "eth0", 2, null, "10.1.0.100"));
        var second = host.open(addresses("second", "eth1", 2, null, "10.1.0.100"));
        host.in(() -> first.bind(UP));
        var why = host.fails(AddressInUseException.class, () -> second.bind(UP));
        assertTrue(why.getMessage().contains("first"), why.getMessage());
        host.in(() -> second.unbind(DOWN));
        assertTrue(host.has("10.1.0.100"));
        host.in(() -> first.unbind(DOWN));
        host.in(() -> second.bind(UP));
        assertTrue(host.has("10.1.0.100"));
    }

    @Test
    void aPrefixThatMayTakeTheHostsOwnAddressAlongIsWarnedOfOnce() {
        assertEquals(0, warnings("eth1", "10.1.0.100"));
        assertEquals(1, warnings("eth0", "10.1.0.100/24"));
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/eth1/promote_secondaries"), "1"));
        assertEquals(0, warnings("eth1", "10.1.0.100/24"));
    }

    private long warnings(String networkInterface, String ip) {
        var printed = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            var binding = host.open(addresses("web", networkInterface, 2, null, ip));
            host.in(binding::prepare);
            host.in(() -> binding.bind(UP));
            host.in(() -> binding.unbind(DOWN));
            host.in(() -> binding.bind(UP));
            host.in(binding::close);
        } finally {
            System.setErr(before);
        }
        String setting = "sysctl -w net.ipv4.conf." + networkInterface + ".promote_secondaries=1";
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("WARN") && line.contains(setting))
                .count();
    }

    private static List<String> identity(List<AddressMessage> addresses) {
        return addresses.stream()
                .map(a -> a.ifindex() + " " + a.local() + "/" + a.prefixLength() + " " + a.proto() + " "
                        + a.validSeconds())
                .toList();
    }
}
