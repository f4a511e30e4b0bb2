// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master whose interface becomes a port of a bridge. */
class BridgePortLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String BOTH = "virtualIps=10.9.0.100,fd09::100 ";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-port", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** The interface keeps its address and can send, but whatever arrives at it goes to the bridge. */
    @Test
    void aPortOfABridgeServesNobody() throws Exception {
        var port = new EngineNode(lan.host(1)).web(BOTH + "advskew=0 preempt=true");
        port.await("serving web");
        var other = new EngineNode(lan.host(2)).web(BOTH + "advskew=50");
        other.awaitState("BACKUP");
        int told = port.lines().size();
        lan.host(1).ip("link add br7 type bridge");
        lan.host(1).ip("link set eth0 master br7");
        port.awaitState("INIT");
        other.await("serving web");
        assertTrue(!port.has(VIP) && other.has(VIP));
        var status = port.ask("status");
        assertTrue(status.contains("is a port of the bridge br7"), status);
        lan.host(1).ip("link set eth0 nomaster");
        port.await("serving web", told);
        other.awaitState("BACKUP");
        assertTrue(port.has(VIP));
    }
}
