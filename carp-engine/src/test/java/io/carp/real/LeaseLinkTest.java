// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.addresses;
import static io.carp.real.BinderHost.await;
import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressInUseException;
import io.carp.vip.Tending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How bound addresses are kept, put back and let go. */
class LeaseLinkTest {
    private static final String FOUR = "10.1.0.100";
    private static final String SIX = "fd01::100";
    /** In seconds; long enough for a busy machine to renew it in time. */
    private static final int LEASE = 5;

    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-lease");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void theLeaseIsRenewedWhileAdvertisementsLeaveAndWithAllItSays() throws Exception {
        var binding = host.open(addresses("web", "eth0", LEASE, "eth0:w", FOUR, SIX));
        host.in(() -> binding.bind(UP));
        var before = List.of(host.kernel(FOUR).get(0), host.kernel(SIX).get(0));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEASE + 3);
        long next = 0;
        while (System.nanoTime() - end < 0) {
            if (System.nanoTime() - next > 0) {
                binding.advertised(System.nanoTime());
                next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            }
            assertTrue(host.has(FOUR) && host.has(SIX), "a lease lapsed");
            TimeUnit.MILLISECONDS.sleep(20);
        }
        for (var was : before) {
            var is = host.kernel(was.local().getHostAddress()).get(0);
            assertEquals(was.proto(), is.proto());
            assertEquals(was.flags(), is.flags());
            assertEquals(was.label(), is.label());
            assertEquals(was.prefixLength(), is.prefixLength());
        }
        assertEquals(List.of(), host.restored);

        // No advertisement leaves any more. The thread is alive, and still nothing is renewed.
        await("dropped", 30_000, () -> !host.has(FOUR) && !host.has(SIX));
        assertEquals(List.of(), host.gaveUp);
    }

    @Test
    void aRenewalNeverAddsWhatWasUnbound() throws Exception {
        var binding = host.open(addresses(2, FOUR, SIX));
        var failure = new AtomicReference<Throwable>();
        var done = new AtomicBoolean();
        host.in(() -> binding.bind(UP));
        var renewing = new Thread(() -> {
            try {
                host.in(() -> {
                    while (!done.get()) {
                        binding.advertised(System.nanoTime());
                        Tending.renew(host.binder);
                    }
                });
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        renewing.start();
        host.in(() -> {
            for (int n = 0; n < 300; n++) {
                binding.unbind(DOWN);
                for (int look = 0; look < 3; look++) {
                    assertEquals(List.of(), BinderHost.dump(FOUR));
                    assertEquals(List.of(), BinderHost.dump(SIX));
                }
                binding.bind(UP);
            }
        });
        done.set(true);
        renewing.join();
        assertEquals(null, failure.get());
        assertEquals(List.of(), host.restored);
    }

    @Test
    void theBurstForOneVirtualHostRenewsNotTheAddressOfAnotherThatIsSilent() throws Exception {
        var alive = host.open(addresses("alive", "eth0", LEASE, null, FOUR));
        var silent = host.open(addresses("silent", "eth0", LEASE, null, "10.1.0.101", SIX));
        host.in(() -> alive.bind(UP));
        host.in(() -> silent.bind(UP));
        silent.advertised(System.nanoTime());
        long next = System.nanoTime();
        long end = next + TimeUnit.SECONDS.toNanos(30);
        while (host.has("10.1.0.101") || host.has(SIX)) {
            long now = System.nanoTime();
            assertTrue(now - end < 0, "kept without advertisements");
            if (now - next >= 0) {
                alive.advertised(now);
                next = now + TimeUnit.MILLISECONDS.toNanos(500);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertTrue(host.has(FOUR));
        assertEquals(List.of(), host.restored);
    }

    @Test
    void aBindThatFailsHalfWayLeavesNothing() {
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/eth0/disable_ipv6"), "1"));
        var binding = host.open(addresses(2, FOUR, SIX));
        var why = host.fails(IOException.class, () -> binding.bind(UP));
        assertTrue(why.getMessage().contains("IPv6 disabled"), why.getMessage());
        assertFalse(host.has(FOUR));
    }

    @Test
    void whatSomebodyDeletesIsPutBackFiveTimes() throws Exception {
        for (var address : List.of(FOUR + "/32", SIX + "/128")) {
            var text = address.split("/")[0];
            var binding = host.open(addresses(0, text));
            host.in(() -> binding.bind(UP));
            for (int n = 1; n <= 5; n++) {
                int count = n;
                host.netns.ip("address del " + address + " dev eth0");
                await(address + " back, " + n, () -> host.restored.size() == count);
                assertTrue(host.has(text));
                assertEquals(List.of(), host.gaveUp);
            }
            host.netns.ip("address del " + address + " dev eth0");
            await("gave up", () -> host.gaveUp.size() == 1);
            // The kernel does not tell who deleted an IPv6 address.
            String who = text.equals(FOUR) ? ", the last time by process \\d+( \\(ip\\)|, which has ended)" : "";
            assertTrue(
                    host.gaveUp
                            .get(0)
                            .matches("[0-9a-f.:]+ was deleted from eth0 6 times in a row while this node was MASTER"
                                    + who),
                    host.gaveUp.toString());
            host.in(() -> Tending.now(host.binder));
            assertFalse(host.has(text));
            assertEquals(5, host.restored.size());
            host.in(() -> binding.unbind(DOWN));
            host.restored.clear();
            host.gaveUp.clear();
        }
    }

    @Test
    void whatALinkFlushedIsPutBackHoweverOften() throws Exception {
        var binding = host.open(addresses(0, FOUR, SIX));
        host.in(() -> binding.bind(UP));
        for (int n = 1; n <= 8; n++) {
            int count = n;
            host.netns.ip("link set eth0 down");
            assertFalse(host.has(SIX), "the kernel keeps IPv6 addresses: this test needs keep_addr_on_down=0");
            assertTrue(host.has(FOUR));
            host.netns.ip("link set eth0 up");
            await("back after link up, " + count, () -> host.has(SIX));
        }
        assertEquals(List.of(), host.restored, "nobody removed it");
        assertEquals(List.of(), host.expired);
        // The kernel makes the route a moment after the address.
        await("its route", () -> host.netns.ip("-6 route show table local").contains("local " + SIX));
        assertEquals(List.of(), host.gaveUp);
    }

    @Test
    void anInterfaceMadeAnewGetsItsAddresses() throws Exception {
        var binding = host.open(addresses(0, FOUR, SIX));
        host.in(() -> binding.bind(UP));
        int before = host.kernel(FOUR).get(0).ifindex();
        host.netns.ip("link delete eth0");
        assertFalse(host.has(FOUR));
        host.netns.ip("link add eth0 type veth peer name peer0");
        host.netns.ip("link set eth0 up");
        await("on the new one", () -> host.has(FOUR) && host.has(SIX));
        assertTrue(host.kernel(FOUR).get(0).ifindex() != before);
        assertEquals(List.of(), host.gaveUp);
        assertEquals(List.of(), host.restored, "nobody removed it");
        host.in(() -> binding.unbind(DOWN));
        assertFalse(host.has(FOUR) || host.has(SIX));
    }

    @Test
    void whatALinkTookForLongerThanTheLeaseWasNeitherRemovedNorLate() throws Exception {
        var binding = host.open(addresses(3, SIX));
        host.in(() -> binding.bind(UP));
        host.netns.ip("link set eth0 down");
        Thread.sleep(4500); // This is longer than the lease and the slack of the kernel.
        host.netns.ip("link set eth0 up");
        await("back after link up", () -> {
            binding.advertised(System.nanoTime());
            return host.has(SIX);
        });
        assertEquals(List.of(), host.restored);
        assertEquals(List.of(), host.expired);
    }

    @Test
    void aRenamedInterfaceKeepsNothingAfterUnbind() throws Exception {
        var binding = host.open(addresses(0, FOUR));
        host.in(() -> binding.bind(UP));
        host.netns.ip("link set eth0 name other");
        host.in(() -> Tending.now(host.binder));
        host.in(() -> binding.unbind(DOWN));
        assertFalse(host.has(FOUR));

        // Another interface takes the name while the address is bound, so the address moves there.
        host.netns.ip("link set other name eth0");
        host.in(() -> binding.bind(UP));
        host.netns.ip("link set eth0 name other");
        host.netns.ip("link set eth1 name eth0");
        await("moved", () -> host.netns.ip("address show dev eth0").contains(FOUR));
        assertEquals(1, host.kernel(FOUR).size());
        assertEquals(List.of(), host.gaveUp);
    }

    @Test
    void anotherLeaseTakesEffectWithoutAGap() throws Exception {
        var binding = host.open(addresses(2, FOUR));
        host.in(() -> binding.bind(UP));
        binding.advertised(System.nanoTime());
        host.in(() -> binding.update(addresses(0, FOUR)));
        await("for ever", () -> host.kernel(FOUR).get(0).validSeconds() > 100);
        host.in(() -> binding.update(addresses(5, FOUR)));
        binding.advertised(System.nanoTime());
        await("leased again", () -> host.kernel(FOUR).get(0).validSeconds() <= 5);
        assertEquals(List.of(), host.restored);
    }

    @Test
    void anUpdateThatFailsChangesNothing() {
        host.netns.ip("address add 10.1.0.200/24 dev eth1");
        var binding = host.open(addresses(0, FOUR));
        host.in(() -> binding.bind(UP));
        host.fails(AddressInUseException.class, () -> binding.update(addresses(0, "10.1.0.200", SIX)));
        assertTrue(host.has(FOUR));
        assertFalse(host.has(SIX));
        host.in(() -> binding.unbind(DOWN));
        assertFalse(host.has(FOUR));
        assertTrue(host.has("10.1.0.200"));
    }

    @Test
    void anotherPrefixLengthReplacesTheFirst() {
        var binding = host.open(addresses(0, FOUR, SIX));
        host.in(() -> binding.bind(UP));
        host.in(() -> binding.update(addresses(0, FOUR + "/24", SIX + "/64")));
        assertEquals(
                List.of(24),
                host.kernel(FOUR).stream().map(a -> a.prefixLength()).toList());
        assertEquals(
                List.of(64),
                host.kernel(SIX).stream().map(a -> a.prefixLength()).toList());
        assertTrue(host.netns.ip("route show dev eth0").contains("10.1.0.0/24"));
        host.in(() -> binding.unbind(DOWN));
        assertFalse(host.has(FOUR) || host.has(SIX));
    }

    @Test
    void withoutThePrivilegeTheSentenceSaysWhichAndHow() throws Exception {
        var output = Files.createTempFile("carp-vip", ".txt");
        // Root without a bounding set has no capability, but may still read the classes.
        var process = new ProcessBuilder(host.netns.inside(
                        FrozenMaster.command(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"), "prepare")))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        var text = Files.readString(output);
        Files.delete(output);
        assertTrue(text.contains("CAP_NET_ADMIN") && text.contains("AmbientCapabilities="), text);
    }
}
