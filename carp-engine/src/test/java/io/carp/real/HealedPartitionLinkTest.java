// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A partition heals. The better master, host 1, was on one side; the worse one, host 2, on the other with a client,
 * host 3. Whichever speaks first, the client is told where the address is.
 */
class HealedPartitionLinkTest {
    private static final String VIP = "10.9.0.100";

    private Lan lan;
    private EngineNode better;
    private EngineNode worse;

    @BeforeEach
    void partition() throws Exception {
        lan = new Lan("carp-heal", 3);
        better = new EngineNode(lan.host(1)).web("advskew=0");
        better.await("serving web");
        worse = new EngineNode(lan.host(2)).web("advskew=100");
        worse.awaitState("BACKUP");
        lan.wire().ip("link set port1 nomaster");
        worse.await("serving web");
        BinderHost.await("the client knows the worse", () -> {
            pings();
            return neighbour().contains(mac(2));
        });
        assertEquals("MASTER", better.state());
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void theWorseSpeaksFirst() throws Exception {
        heal(worse, "advskew=101"); // An edit makes a master speak at once.
    }

    @Test
    void theBetterSpeaksFirst() throws Exception {
        heal(better, "advskew=1");
    }

    private void heal(EngineNode first, String edit) throws Exception {
        lan.wire().ip("link set port1 master br0");
        first.tell("edit web " + edit);
        worse.awaitState("BACKUP");
        // The client has asked nobody, so it has been told.
        BinderHost.await("the client knows the better", () -> neighbour().contains(mac(1)));
        BinderHost.await("released", () -> !worse.has(VIP));
        assertEquals("MASTER", better.state());
        assertTrue(better.has(VIP));
    }

    private void pings() throws Exception {
        new ProcessBuilder(lan.host(3).inside("ping", "-n", "-c", "1", "-W", "2", VIP))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private String neighbour() {
        return lan.host(3).ip("neigh show " + VIP + " dev eth0");
    }

    private String mac(int n) {
        return lan.host(n).run("cat", "/sys/class/net/eth0/address").strip();
    }
}
