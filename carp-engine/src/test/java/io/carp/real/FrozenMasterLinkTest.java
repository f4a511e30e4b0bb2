// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.Netlink;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A master that dies or hangs: the kernel must have dropped its addresses before a peer's master-down time at advbase
 * 1, 3 s, has passed since its last advertisement.
 */
class FrozenMasterLinkTest {
    private static final long MASTER_DOWN_MILLIS = 3000;
    /** Each run takes some seconds of real time; -Dcarp.link.runs=n makes more of them. */
    private static final int RUNS = Integer.getInteger("carp.link.runs", 2);

    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-frozen");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void oneVirtualHostKilledAtAnyMoment() throws Exception {
        measure("1 host, kill -9", "KILL", 1, 0, 1000);
    }

    @Test
    void oneVirtualHostStopped() throws Exception {
        measure("1 host, kill -STOP", "STOP", 1, 0, 1000);
    }

    @Test
    void twentyVirtualHostsThatAdvertiseOneAfterTheOther() throws Exception {
        measure("20 hosts, spread over 1 s, kill -9", "KILL", 20, 1000, 1000);
    }

    @Test
    void theSlowestAdvskewOfAdvbaseOne() throws Exception {
        measure("1 host, advskew 254, kill -9", "KILL", 1, 0, 1992);
    }

    private void measure(String what, String signal, int hosts, int spread, int interval) throws Exception {
        List<Long> late = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            // Every run meets another phase of the interval.
            late.addAll(run(signal, hosts, spread, interval, 2500 + run * interval / RUNS));
        }
        Collections.sort(late);
        System.out.println(what + ": ms from the last advertisement to the last look that found the address: min "
                + late.get(0) + ", median " + late.get(late.size() / 2) + ", max " + late.get(late.size() - 1) + ", n "
                + late.size());
        assertEquals(RUNS * hosts, late.size());
        assertTrue(late.get(late.size() - 1) < MASTER_DOWN_MILLIS, late.toString());
    }

    /**
     * Returns for each virtual host the milliseconds from its last advertisement to the last look that found one of its
     * addresses. It does not matter how long this process then had to wait for its next look.
     */
    private List<Long> run(String signal, int hosts, int spread, int interval, int aliveMillis) throws Exception {
        Map<Integer, Long> advertised = new TreeMap<>();
        List<String> other = new ArrayList<>();
        var arguments = new String[] {"" + hosts, "" + spread, "" + interval};
        var process = host.netns.start(FrozenMaster.command(List.of("nice", "-n", "-10"), arguments));
        var reader = new Thread(
                () -> new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))
                        .lines()
                        .forEach(line -> note(line, advertised, other)));
        reader.setDaemon(true);
        reader.start();
        BinderHost.await("all advertise", 60_000, () -> count(advertised) == hosts);
        TimeUnit.MILLISECONDS.sleep(aliveMillis);

        // ip netns exec becomes the program itself, so its process is the one to stop.
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, "" + process.pid())
                        .start()
                        .waitFor());
        Map<Integer, Long> seen = lastSeen(hosts);
        process.destroyForcibly().waitFor();
        reader.join();
        assertEquals(List.of(), other, "a lease lapsed while the process was alive");
        return seen.entrySet().stream()
                .map(e -> TimeUnit.NANOSECONDS.toMillis(e.getValue() - advertised.get(e.getKey())))
                .toList();
    }

    private Map<Integer, Long> lastSeen(int hosts) {
        return host.netns.call(() -> {
            Map<Integer, Long> seen = new HashMap<>();
            Map<InetAddress, Integer> owner = new HashMap<>();
            for (int n = 0; n < hosts; n++) {
                owner.put(InetAddress.getByName(FrozenMaster.address(n)), n);
                owner.put(InetAddress.getByName(FrozenMaster.address6(n)), n);
            }
            try (var netlink = Netlink.open(1000)) {
                for (var some = true; some; ) {
                    long now = System.nanoTime();
                    some = false;
                    var there = netlink.addresses().all().stream()
                            .map(a -> owner.getOrDefault(a.local(), -1))
                            .toList();
                    for (int n = 0; n < hosts; n++) {
                        if (there.contains(n)) {
                            seen.put(n, now);
                            some = true;
                        }
                    }
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            }
            return seen;
        });
    }

    private static void note(String line, Map<Integer, Long> advertised, List<String> other) {
        synchronized (advertised) {
            if (line.matches("\\d+ -?\\d+")) {
                var parts = line.split(" ");
                advertised.put(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
            } else if (!line.startsWith(FrozenMaster.STALLED)) {
                other.add(line);
            }
        }
    }

    private static int count(Map<Integer, Long> advertised) {
        synchronized (advertised) {
            return advertised.size();
        }
    }
}
