// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.VirtualHost;
import io.carp.config.VirtualHostConfig;
import io.carp.mastership.Consumers;
import io.carp.report.LogAndEvents;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptResult;
import io.carp.script.Scripting;
import io.carp.sim.Seeds;
import io.carp.sim.SimulatedLink;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.VirtualTime;
import io.carp.spi.Transport;
import io.carp.vip.NoBinder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runners with virtual IPs of both families on a simulated link that loses one of them. One seed is one history. */
class DualStackSimulationTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;
    private static final long QUIET = 30 * SECOND;

    private final VirtualTime time = new VirtualTime();
    private final List<VirtualHostRunner> nodes = new ArrayList<>();
    private Random random = new Random(0);
    private SimulatedLink link = new SimulatedLink(time, random);

    static LongStream seeds() {
        return Seeds.all();
    }

    private void group(long seed, String familyRule) throws Exception {
        random = new Random(seed);
        link = new SimulatedLink(time, random);
        long most = 1 + random.nextLong(10 * MILLISECOND);
        link.faults(new SimulatedLink.Faults(0, 0, random.nextLong(most), most));
        for (int n = 1; n <= 2 + random.nextInt(2); n++) {
            nodes.add(node(n, familyRule));
        }
        time.advance(QUIET);
    }

    private VirtualHostRunner node(int n, String familyRule) throws Exception {
        SimulatedLoop loop = new SimulatedLoop(time, random.nextLong(), random.nextLong(-200, 201));
        Map<String, String> file = Map.of(
                "interface", "sim",
                "vhid", "7",
                "pass", "secret",
                "virtualIps", "10.0.0.100, fd00::100",
                "advskew", "" + (60 * n + random.nextInt(60)),
                "preempt", "" + random.nextBoolean(),
                "familyRule", familyRule);
        VirtualHostConfig config = VirtualHostConfig.parse("web", file, Map.of(), Path.of(""));
        Transport station = link.plug(loop, InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) n}));
        LogAndEvents notices = new LogAndEvents(task -> {}, event -> {});
        NodeServices on = new NodeServices(
                loop,
                loop.workers(() -> 0),
                notices,
                loop.wallClock(),
                new Nobody(),
                (host, networkInterface, outage, there) -> {});
        var runner = new VirtualHostRunner(on, "node " + n, station, new NoBinder(), new Nobody(), config, n);
        loop.execute(runner::open);
        return runner;
    }

    private VirtualHostRunner oneMaster() {
        List<VirtualHostRunner> masters = nodes.stream()
                .filter(node -> node.snapshot().state() == CarpState.MASTER)
                .toList();
        assertEquals(1, masters.size(), "masters");
        return masters.get(0);
    }

    private long promotions() {
        return nodes.stream()
                .mapToLong(node -> node.snapshot().counters().get("becameMaster"))
                .sum();
    }

    private void loseOneOrTheOther() {
        boolean ipv4 = random.nextBoolean();
        link.lose(ipv4, !ipv4);
        time.advance(2 * QUIET);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void byTheRuleAllOneFamilyIsEnoughToBeAlive(long seed) throws Exception {
        group(seed, "all");
        oneMaster();
        long before = promotions();
        loseOneOrTheOther();
        link.lose(false, false);
        time.advance(QUIET);
        loseOneOrTheOther();
        assertEquals(before, promotions(), "nobody takes over from who is heard in one family");
        link.lose(true, true);
        time.advance(QUIET);
        assertTrue(promotions() > before, "both are silent");
        link.lose(false, false);
        time.advance(QUIET);
        oneMaster();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void byTheRuleAnyASilentFamilyPromotesAsWithTheBsds(long seed) throws Exception {
        group(seed, "any");
        oneMaster();
        long before = promotions();
        time.advance(2 * QUIET);
        assertEquals(before, promotions(), "on a good link nobody is in the way");
        loseOneOrTheOther();
        assertNotEquals(before, promotions());
        link.lose(false, false);
        time.advance(QUIET);
        oneMaster();
        long healed = promotions();
        time.advance(QUIET);
        assertEquals(healed, promotions());
    }

    /** There are neither consumers nor scripts here. */
    private static final class Nobody implements Consumers, Scripting {
        @Override
        public void register(VirtualHost host) {}

        @Override
        public void unregister() {}

        @Override
        public ScriptResult run(ScriptCall call) throws IOException {
            throw new IOException("no scripts here");
        }

        @Override
        public void check(String script) {}
    }
}
