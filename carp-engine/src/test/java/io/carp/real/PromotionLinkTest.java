// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first promotion of a process that has just started. */
class PromotionLinkTest {
    private static final String VIP = "10.9.0.100";

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-promote", 1);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void whatItNeedsIsThereBeforeAndTheAddressFollowsTheAdvertisement() throws Exception {
        var node = new EngineNode(lan.host(1)).web("");
        node.awaitState("BACKUP");
        // The first line is the heading.
        assertEquals(2, lan.host(1).run("cat", "/proc/net/packet").lines().count(), "no packet socket yet");
        long serving = node.await("serving web").micros();
        long announced = wire.awaitAnnounced(VIP);
        long advertised = wire.await(0, 1, from(1)).get(0).micros();
        long after = announced - advertised;
        System.out.println("first promotion of a process: announced " + after + " us, served " + (serving - advertised)
                + " us after the first advertisement");
        assertTrue(after > 0, after + " us");
    }
}
