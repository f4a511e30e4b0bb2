// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bow-out shuts the gate, and yet a client misses next to nothing when a node leaves in good order. */
class GateHandoverLinkTest {
    private static final String VIP = "10.9.0.100";
    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        GateHost.assumeNft();
        lan = new Lan("carp-gatehand", 3);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void aClientMissesNextToNothingAndWhoLeftIsShutOut() throws Exception {
        var master = new EngineNode(lan.host(1)).web("advbase=0 advskew=26");
        master.await("serving web");
        var backup = new EngineNode(lan.host(2)).web("advbase=0 advskew=27");
        backup.awaitState("BACKUP");
        var answers = new Answers(lan, "port1", VIP, "fd09::100");
        var ping = lan.host(3).start("ping", "-i", "0.001", "-c", "4000", "-n", "-q", VIP);
        BinderHost.await("it answers", () -> answers.count("icmp") > 500);
        int mark = wire.mark();
        master.ask("stepdown");
        backup.await("serving web");
        long bowOut = wire.await(mark, 1, from(1).and(Heard::bowOut)).get(0).micros();
        String printed = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        long after = answers.last("icmp") - bowOut;
        System.out.println("step down: the last answer comes " + after + " us after the bow-out; the client: "
                + printed.lines().filter(l -> l.contains("packets")).findFirst().orElse(printed));
        int received = Integer.parseInt(printed.replaceAll("(?s).* (\\d+) received.*", "$1"));
        assertTrue(received > 3800, printed);
        BinderHost.await("the gate of who left is shut", () -> !master.host
                .run("nft", "list", "set", "netdev", "carp-eth0", "live7")
                .contains("elements"));
    }

    /** The first one shuts the gate; those for others pass all the same. */
    @Test
    void eachPeerGetsTheBowOut() throws Exception {
        String settings = "advbase=0 peers=10.9.0.1,10.9.0.2,10.9.0.3 advskew=";
        var master = new EngineNode(lan.host(1)).web(settings + 26);
        master.await("serving web");
        var backup = new EngineNode(lan.host(2)).web(settings + 27);
        backup.awaitState("BACKUP");
        wire.await(wire.mark(), 10, from(1)); // Their hardware addresses are known.
        int mark = wire.mark();
        master.ask("stepdown");
        backup.awaitState("MASTER");
        wire.await(mark, 2, from(1).and(Heard::bowOut));
    }
}
