// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A master whose process stands still goes on advertising, for as long as it may; one that is stopped or killed says
 * nothing. An advertisement every 102 ms, so a backup waits for 305.
 */
@Timeout(180)
class RelayLinkTest {
    private static final String MASTER = "advbase=0 advskew=26 preempt=true lease=false ";
    private static final String BACKUP = "advbase=0 advskew=30 ";
    private static final long INTERVAL_MICROS = 26 * 1_000_000L / 256;

    private Lan lan;
    private Wiretap wire;
    private EngineNode master;
    private EngineNode backup;

    @BeforeEach
    void build() throws Exception {
        IoUring.open().close();
        lan = new Lan("carp-relay", 2);
        wire = new Wiretap(lan);
        for (int n = 1; n <= 2; n++) {
            lan.host(n)
                    .call(
                            () -> { // As virtualMac wants it.
                                Files.writeString(Path.of("/proc/sys/net/ipv4/conf/eth0/arp_ignore"), "1");
                                return Files.writeString(Path.of("/proc/sys/net/ipv4/conf/eth0/arp_announce"), "2");
                            });
        }
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private void start(String settings) throws Exception {
        start(settings, "");
    }

    private void start(String settings, String ofBackup) throws Exception {
        master = new EngineNode(lan.host(1), "-XX:+UseSerialGC", "-Xms1g", "-Xmx1g", "-XX:TieredStopAtLevel=1");
        backup = new EngineNode(lan.host(2));
        master.web(MASTER + settings).awaitState("MASTER");
        backup.web(BACKUP + ofBackup).awaitState("BACKUP");
        wire.await(wire.mark(), 5, from(1));
    }

    @Test
    void aLoopThatIsHeldUpGoesOnAdvertising() throws Exception {
        start("");
        int mark = wire.mark();
        master.tell("hold 1500").await("held");
        wire.await(wire.mark(), 3, from(1));
        assertStillMaster("hold", mark);
        assertTrue(counter("relayed") >= 10, master.ask("status"));
    }

    /** Both families have to be heard by this backup; a frame of our own; unicast. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "virtualIps=10.9.0.100,fd09::100 familyRule=any",
                "virtualMac=true",
                "broadcast=true",
                "peers=10.9.0.1,10.9.0.2",
                "peers=10.9.0.1,10.9.0.2,10.9.0.7"
            })
    void whateverTheWay(String settings) throws Exception {
        start(settings, settings);
        int mark = wire.mark();
        master.tell("hold 1500").await("held");
        wire.await(wire.mark(), 3, from(1));
        assertStillMaster(settings, mark);
        assertTrue(counter("relayed") >= 10, master.ask("status"));
        assertEquals(settings.contains("fd09"), counter("opackets6") >= 10, master.ask("status"));
    }

    @Test
    void aCollectionOfGarbageCostsNoMastership() throws Exception {
        start("");
        master.tell("collect 10000000").await("collected");
        for (int run = 0; run < 3; run++) {
            master.awaitState("MASTER"); // The first time may have taken longer than is tolerated.
            wire.await(wire.mark(), 5, from(1));
            int mark = wire.mark();
            int line = master.lines().size();
            String collected =
                    master.tell("collect 10000000").await("collected", line).text();
            wire.await(wire.mark(), 3, from(1));
            assertStillMaster(collected + " ms", mark);
        }
        assertTrue(counter("relayed") > 0, master.ask("status"));
        assertTrue(counter("relayedPauses") > 0, master.ask("status"));
    }

    private void assertStillMaster(String what, int mark) throws Exception {
        List<Heard> heard = wire.since(mark - 1, from(1)); // From the last one before.
        assertEquals(
                List.of(),
                wire.since(mark, from(2)),
                () -> what + "; all that was heard: " + wire.since(mark - 3, any -> true) + master.lines());
        System.out.printf(
                Locale.ROOT,
                "relay: %s: longest gap %.1f ms of %d, an advertisement every %.1f%n",
                what,
                Gaps.of(heard).longest() / 1e3,
                heard.size(),
                INTERVAL_MICROS / 1e3);
        assertTrue(master.ask("status").contains("MASTER"), master.ask("status"));
        assertEquals("BACKUP", backup.state());
    }

    /** The last one that the kernel sends is the bow-out. */
    @Test
    void whoStandsStillForLongerHandsOver() throws Exception {
        start("pauseTolerance=1");
        int mark = wire.mark();
        master.tell("hold 4000");
        backup.awaitState("MASTER");
        List<Heard> heard = wire.since(mark, from(1));
        Heard last = heard.get(heard.size() - 1);
        assertTrue(last.bowOut(), heard::toString);
        assertTrue(heard.stream().filter(Heard::bowOut).count() == 1, heard::toString);
        assertTrue(heard.size() >= 9, heard::toString);
        master.await("held");
        BinderHost.await("it knows", () -> counter("bowOutsSent") == 1);
        master.await("state web BACKUP own advertisements were late");
        master.awaitState("MASTER"); // It preempts, as it was told to.
    }

    @Test
    void whoIsKilledOrStoppedSaysNothing() throws Exception {
        start("");
        for (int run = 0; run < 3; run++) {
            int mark = wire.mark();
            master.tell("hold 1500");
            wire.await(mark, 5, from(1));
            long stopped = end("STOP");
            backup.awaitState("MASTER");
            assertEquals(List.of(), wire.since(mark, from(1).and(h -> h.micros() > stopped)), "while it is stopped");
            master.signal("CONT");
            BinderHost.await(
                    "as before",
                    () -> master.state().equals("MASTER") && backup.state().equals("BACKUP"));
        }
        int mark = wire.mark();
        master.tell("hold 1500");
        wire.await(mark, 5, from(1));
        long killed = end("KILL");
        backup.awaitState("MASTER");
        assertEquals(List.of(), wire.since(mark, from(1).and(h -> h.micros() > killed)));
    }

    /** Sends that signal and returns when the process did nothing any more: microseconds of the wall clock. */
    private long end(String signal) throws Exception {
        master.signal(signal);
        BinderHost.await("it has taken effect", () -> !master.isRunning());
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** What is advertised opens the gate, and behind it the kernel keeps the address for longer than a second. */
    @Test
    void whoStandsStillBehindAGateKeepsTheAddress() throws Exception {
        start("lease=true");
        int mark = wire.mark();
        master.tell("hold 1800").await("held");
        assertTrue(master.has("10.9.0.100"));
        wire.await(wire.mark(), 3, from(1));
        assertStillMaster("hold, behind the gate", mark);
    }

    /** An address that is gone is not advertised: without anybody who renews it, its lease of a second ends. */
    @Test
    void theRelayDoesNotOutliveTheLease() throws Exception {
        start("lease=true shortLease=false");
        int mark = wire.mark();
        master.tell("hold 3000");
        backup.awaitState("MASTER");
        List<Heard> heard = wire.since(mark, from(1));
        assertTrue(heard.get(heard.size() - 1).bowOut(), heard::toString);
        assertTrue(heard.size() * INTERVAL_MICROS < 1_000_000, heard::toString);
    }

    @Test
    void whoWantsNoneHasNone() throws Exception {
        start("pauseTolerance=0");
        master.tell("hold 1000");
        backup.awaitState("MASTER");
        master.await("held");
        assertEquals(0, counter("relayed"));
        assertFalse(master.ask("status").contains("pauseTolerance:"), "and nobody is told");
    }

    private long counter(String name) throws Exception {
        Matcher found = Pattern.compile("\\b" + name + "=(\\d+)").matcher(master.ask("status"));
        assertTrue(found.find(), name);
        return Long.parseLong(found.group(1));
    }
}
