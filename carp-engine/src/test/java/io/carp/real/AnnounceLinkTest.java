// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.await;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressBinder;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.OnlyTime;
import io.carp.vip.ScriptBinder;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A neighbour that knows another hardware address for the virtual IPs follows the announcement. */
class AnnounceLinkTest {
    private static final String FORMER = "02:00:00:00:00:99";
    private static final AddressBinder.Listener NOBODY = new AddressBinder.Listener() {
        @Override
        public void restored(String address) {}

        @Override
        public void gaveUp(String why) {}
    };

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-vip-announce", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void theNetlinkBinderAnnouncesWhatItHasBound() throws Exception {
        var binder = new NetlinkBinder(new OnlyTime());
        try {
            announces(binder);
        } finally {
            binder.close();
        }
    }

    @Test
    void theScriptBinderAnnouncesToo() throws Exception {
        var binder = new ScriptBinder();
        announces(binder);
        binder.close();
    }

    @Test
    void anInterfaceThatSendsNothingAnyMoreHoldsNobodyUp() throws Exception {
        var log = new ByteArrayOutputStream();
        var before = System.err;
        try (var host = new BinderHost("carp-vip-stuck")) {
            var binding = host.open(BinderHost.addresses(0, "10.9.0.100"));
            host.in(() -> binding.bind(UP));
            holdBack(host.netns);
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            try {
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> host.in(() -> {
                            for (int n = 0; n < 1000; n++) {
                                binding.announce();
                            }
                        }));
            } finally {
                System.setErr(before);
                host.netns.run("tc", "qdisc", "del", "dev", "eth0", "root"); // This throws away what was held back.
            }
        }
        var lines = log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("cannot announce"));
        assertEquals(
                List.of(
                        "carp: cannot announce on eth0: 10.9.0.100: the interface sends nothing any more, and its queue is"
                                + " full"),
                lines.map(line -> line.substring(line.indexOf("carp:"))).toList());
    }

    /** Holds packets back as pause frames or a stuck hypervisor would: they wait and still fill the sender's buffer. */
    private static void holdBack(Netns host) {
        try {
            String[] bucket = "tc qdisc replace dev eth0 root tbf rate 8bit burst 1600 limit 100mb".split(" ");
            host.run(bucket);
        } catch (IllegalStateException e) {
            Assumptions.abort("packets cannot be held back here: " + e.getMessage());
        }
    }

    private void announces(AddressBinder binder) throws Exception {
        var neighbour = lan.host(2);
        neighbour.ip("neigh replace 10.9.0.100 lladdr " + FORMER + " dev eth0 nud reachable");
        neighbour.ip("-6 neigh replace fd09::100 lladdr " + FORMER + " dev eth0 nud reachable");
        var binding = binder.open(BinderHost.addresses(0, "10.9.0.100", "fd09::100"), NOBODY);
        lan.host(1).call(() -> {
            binding.announce();
            binding.bind(UP);
            return null;
        });
        assertTrue(neighbour.ip("neigh show 10.9.0.100 dev eth0").contains(FORMER), "nothing was announced yet");

        lan.host(1).call(() -> {
            binding.announce();
            return null;
        });
        String mac = lan.host(1).run("cat", "/sys/class/net/eth0/address").strip();
        await("ARP", () -> neighbour.ip("neigh show 10.9.0.100 dev eth0").contains(mac));
        await("NA", () -> neighbour.ip("-6 neigh show fd09::100 dev eth0").contains(mac));
    }
}
