// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Netns;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What time does to a gate, with a clock that the test sets. */
class GateTendingLinkTest {
    private static final long INTERVAL = 100_000_000;

    private final AtomicLong clock = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private Netns netns;
    private Gates gates;
    private Guarded host;

    @BeforeEach
    void guard() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/nft")), "the command nft is missing (package nftables)");
        netns = Netns.create("carp-gate-tend");
        netns.ip("link add eth0 type veth peer name peer0");
        var ip = new VirtualIp(InetAddress.getByName("10.1.0.100"), 32);
        var addresses = Addresses.of("web", "eth0", 7, List.of(ip)).withLease(1).withShortLease(INTERVAL, 0, true);
        gates = new Gates(clock::get, () -> {});
        host = Gates.host(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {}

            @Override
            public void gaveUp(String why) {}
        });
        look(() -> gates.guard(host, addresses));
    }

    @AfterEach
    void tearDown() {
        if (netns != null) {
            look(gates::close);
            netns.close();
        }
    }

    private void look(Runnable work) {
        netns.call(() -> {
            work.run();
            return true;
        });
    }

    private String set(String name) {
        return netns.run("nft", "list", "set", "netdev", "carp-eth0", name);
    }

    private void pass(long seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        look(gates::look);
    }

    @Test
    void everyTwentySecondsItIsKeptFromFading() {
        String left = "add element netdev carp-eth0 tended { \"eth0\" timeout 30s }";
        netns.run("nft", "delete element netdev carp-eth0 tended { \"eth0\" }; " + left);
        pass(19);
        assertTrue(set("tended").matches("(?s).*timeout 30s expires [23]\\d.*"), set("tended"));
        pass(1);
        assertTrue(set("tended").contains("timeout 1m expires 59s"), set("tended"));
    }

    /** Such as the end of another mastership: only the last advertisement counts, and only for so long. */
    @Test
    void whatIsPutBackLastsNoLongerThanTheLastAdvertisementAllows() {
        host.advertising(clock.get(), 100 * INTERVAL);
        host.advertised(clock.get());
        pass(20);
        netns.run("nft", "delete", "table", "netdev", "carp-eth0");
        pass(1);
        assertTrue(set("live7").matches("(?s).*\"eth0\" timeout [34]s.*"), set("live7"));
        netns.run("nft", "delete", "table", "netdev", "carp-eth0");
        pass(5);
        assertFalse(set("live7").contains("elements"), "26 of 25 seconds: " + set("live7"));
    }

    @Test
    void whoIsNotMasterGetsNothingBack() {
        host.advertising(clock.get(), 100 * INTERVAL);
        host.advertised(clock.get());
        look(() -> gates.shut(host));
        netns.run("nft", "delete", "table", "netdev", "carp-eth0");
        pass(1);
        assertFalse(set("live7").contains("elements"), set("live7"));
    }
}
