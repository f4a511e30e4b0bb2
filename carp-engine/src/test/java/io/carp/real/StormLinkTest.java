// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.addresses;
import static io.carp.real.BinderHost.await;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressBinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases beside thousands of foreign addresses, and a lease that was not renewed in time. */
class StormLinkTest {
    private static final String VIP = "10.1.0.100";
    private static final int MANY = 4000;

    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-storm");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void addressesOfOthersThatComeAndGoCostNoLease(@TempDir Path directory) throws Exception {
        var binding = host.open(addresses(5, VIP, "fd01::100"));
        host.in(() -> binding.bind(UP));
        for (var what : List.of("add", "delete")) {
            var batch = Files.writeString(
                    directory.resolve(what),
                    IntStream.range(0, MANY)
                            .mapToObj(
                                    n -> "address " + what + " 10.2." + n / 250 + "." + (n % 250 + 1) + "/32 dev eth0")
                            .collect(Collectors.joining("\n", "", "\n")));
            var storm = host.netns.start("ip", "-batch", batch.toString());
            while (storm.isAlive()) {
                binding.advertised(System.nanoTime());
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertEquals(0, storm.exitValue());
        }
        assertTrue(host.has(VIP) && host.has("fd01::100"));
        assertEquals(List.of(), host.expired);
        assertEquals(List.of(), host.restored);
    }

    @Test
    void aLeaseThatRanOutWasRemovedByNobody() throws Exception {
        AddressBinder.Binding binding = host.open(addresses(1, VIP));
        host.in(() -> binding.bind(UP));
        await("it runs out, for nothing is advertised", () -> !host.has(VIP));
        await("back", () -> {
            binding.advertised(System.nanoTime());
            return host.has(VIP) && !host.expired.isEmpty();
        });
        assertEquals(VIP, host.expired.get(0));
        assertEquals(List.of(), host.restored);
        assertEquals(List.of(), host.gaveUp);
    }
}
