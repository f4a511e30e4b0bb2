// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A host whose binder builds gates, and nft to look at them. */
final class GateHost implements AutoCloseable {
    static final long MILLI = 1_000_000;
    static final long INTERVAL = 100 * MILLI;
    private static final String TABLE = "carp-eth0";

    final BinderHost host;
    /** What listeners heard of gates that could not be built. */
    final List<String> unguarded = Collections.synchronizedList(new ArrayList<>());

    GateHost(String name) {
        assumeNft();
        host = new BinderHost(name);
        var supported = host.netns.inside(
                "nft",
                "add table netdev t; add chain netdev t c "
                        + "{ type filter hook egress device eth0 priority 0; }; delete table netdev t");
        try {
            boolean can = new ProcessBuilder(supported).start().waitFor() == 0;
            skipUnless(can, "this kernel has no nf_tables with the egress hook of its family netdev");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (RuntimeException e) {
            host.netns.close();
            throw e;
        }
    }

    static void assumeNft() {
        boolean nft = Stream.of("/sbin/nft", "/usr/sbin/nft").anyMatch(p -> Files.isExecutable(Path.of(p)));
        skipUnless(nft, "the command nft is missing (package nftables)");
    }

    private static void skipUnless(boolean possible, String why) {
        if (!possible) {
            System.out.println("SKIPPED, because " + why);
        }
        Assumptions.assumeTrue(possible, why);
    }

    static Addresses addresses(String... ips) {
        return BinderHost.addresses(1, ips).withShortLease(INTERVAL, 0, true);
    }

    AddressBinder.Binding open(Addresses addresses) {
        return host.binder.open(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {}

            @Override
            public void gaveUp(String why) {}

            @Override
            public void unguarded(String why) {
                unguarded.add(why);
            }
        });
    }

    /** As a MASTER does it with each advertisement. */
    void advertise(AddressBinder.Binding binding, long interval) {
        binding.advertising(System.nanoTime(), interval);
        binding.advertised(System.nanoTime());
    }

    String nft(String... command) {
        var all = new ArrayList<>(List.of("nft"));
        all.addAll(List.of(command));
        return host.netns.run(all.toArray(String[]::new));
    }

    boolean has(String table) {
        return nft("list", "tables").contains("table netdev " + table + "\n");
    }

    String table() {
        return nft("list", "table", "netdev", TABLE);
    }

    /** A listing without what changes as time goes by. */
    static String timeless(String listing) {
        return listing.lines().map(line -> line.replaceAll(" expires \\w+", "")).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
