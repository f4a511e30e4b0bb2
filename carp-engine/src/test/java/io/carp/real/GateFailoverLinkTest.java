// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A master that dies or stands still at an advertisement every 100 ms: whatever a client asks, the last answer in the name
 * of the address comes before the first advertisement of the peer. One capture of the wire judges, by the clock of the
 * kernel.
 */
class GateFailoverLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String VIP6 = "fd09::100";
    private static final int ADVSKEW = 26;

    private Lan lan;
    private Wiretap wire;
    private Answers answers;

    @BeforeEach
    void setUp() throws Exception {
        GateHost.assumeNft();
        lan = new Lan("carp-gatefail", 3);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode node(int n, int advskew, String more) throws Exception {
        return new EngineNode(lan.host(n))
                .tell("start web interface=eth0 vhid=7 pass=secret virtualIps=" + VIP + "," + VIP6
                        + " advbase=0 advskew=" + advskew + more);
    }

    @ParameterizedTest(name = "kill -{0}")
    @ValueSource(strings = {"STOP", "KILL"})
    void theLastAnswerComesBeforeThePeersFirstAdvertisement(String signal) throws Exception {
        measure(signal, "");
    }

    @ParameterizedTest(name = "kill -{0}, virtual MAC")
    @ValueSource(strings = "STOP")
    void alsoWithTheVirtualMac(String signal) throws Exception {
        for (int n = 1; n <= 2; n++) {
            lan.host(n).call(() -> {
                var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
                Files.writeString(conf.resolve("arp_ignore"), "1");
                return Files.writeString(conf.resolve("arp_announce"), "2");
            });
        }
        measure(signal, " virtualMac=true");
    }

    /** Over UDP the capture does not tell advertisements, so the peer's own word counts: when it said that it is MASTER. */
    @Test
    void alsoOverUdp() throws Exception {
        String peers = "udp port=5112 peers=10.9.0.1,10.9.0.2";
        String settings = " transport.target=(carp.transport=udp)";
        var master = new EngineNode(lan.host(1)).tell(peers).web("advbase=0 advskew=" + ADVSKEW + settings);
        master.await("serving web");
        var backup = new EngineNode(lan.host(2)).tell(peers).web("advbase=0 advskew=" + (ADVSKEW + 1) + settings);
        backup.awaitState("BACKUP");
        answers = new Answers(lan, "port1", VIP, VIP6);
        answers.ask(lan.host(3));
        BinderHost.await("answers", () -> answers.count("icmp") > 200 && answers.count("tcp") > 20);
        String table = master.host.run("nft", "list", "ruleset");
        assertTrue(table.contains("th dport 5112 @th,72,8 0x7 @th,88,8 0x7 goto advert7"), table);
        int before = backup.lines().size();
        master.signal("STOP");
        long taken = backup.await("state web MASTER", before).micros();
        backup.await("serving web");
        for (String kind : List.of("arp", "icmp", "tcp")) {
            System.out.println("kill -STOP, UDP: " + kind + " answers end " + (taken - answers.last(kind))
                    + " us before the peer is MASTER");
            assertTrue(answers.last(kind) < taken, kind + ": " + (answers.last(kind) - taken) + " us of two owners");
        }
    }

    @Test
    void aMasterWhosePeerIsAMachineThatIsNotThereServes() throws Exception {
        var master = new EngineNode(lan.host(1)).web("advbase=0 peers=10.9.0.77 advskew=" + ADVSKEW);
        master.await("serving web");
        var ping = lan.host(3).start("ping", "-i", "0.01", "-c", "200", "-n", "-q", VIP);
        String printed = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(master.host.run("nft", "list", "ruleset").contains("goto in7"), "it is guarded");
        assertTrue(printed.contains(" 0% packet loss"), printed);
    }

    private void measure(String signal, String more) throws Exception {
        var master = node(1, ADVSKEW, more);
        master.await("serving web");
        var backup = node(2, ADVSKEW + 1, more);
        backup.awaitState("BACKUP");
        answers = new Answers(lan, "port1", VIP, VIP6);
        answers.ask(lan.host(3));
        for (String kind : Answers.KINDS) {
            BinderHost.await("answers: " + kind, () -> answers.count(kind) > 20);
        }
        assertTrue(master.host.run("nft", "list", "ruleset").contains("\"eth0\" timeout "), "it is guarded");
        assertEquals("MASTER", master.state());
        int mark = wire.mark();

        master.signal(signal);
        var taken = wire.await(mark, 3, from(2));
        backup.await("serving web");
        long first = taken.get(0).micros();
        long last = wire.heard().stream()
                .filter(from(1).and(h -> h.micros() < first))
                .mapToLong(Heard::micros)
                .max()
                .orElseThrow();
        for (String kind : Answers.KINDS) {
            long late = answers.last(kind);
            System.out.println("kill -" + signal + more + ": " + kind + " answers end " + (late - last)
                    + " us after the last advertisement, and the peer's first comes " + (first - last)
                    + " us after it");
            assertTrue(late < first, kind + ": " + (late - first) + " us of two owners");
        }
        if (signal.equals("STOP")) {
            assertTrue(master.has(VIP), "the kernel has it still, and is silent");
            int thawed = wire.mark();
            master.signal("CONT");
            master.awaitState("BACKUP");
            assertEquals(List.of(), wire.since(thawed, from(1)), "a stale advertisement");
            assertTrue(answers.last("arp") < first, "a stale answer");
        }
        assertFalse(backup.host
                .run("nft", "list", "set", "netdev", "carp-eth0", "live7")
                .isEmpty());
    }
}
