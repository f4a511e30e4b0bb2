// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes are both master, for reasons that operators meet. Each has a finding about it. */
class TwoMastersLinkTest {
    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-two", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** A firewall of the worse node drops what it should hear, so only the better one can know. */
    @Test
    void theWorseOneIsDeaf() throws Exception {
        var better = new EngineNode(lan.host(1)).web("advskew=0");
        better.await("serving web");
        var worse = new EngineNode(lan.host(2)).web("advskew=100");
        worse.awaitState("BACKUP");
        assertFalse(better.ask("status").contains("two-masters"));

        lan.host(2).run("nft", "add table ip filter");
        lan.host(2).run("nft", "add chain ip filter input { type filter hook input priority 0; }");
        lan.host(2).run("nft", "add rule ip filter input ip protocol 112 drop");
        worse.await("serving web");
        // There is also a finding that another machine has the address, which is true as well.
        better.await("finding web web: two masters: 10.9.0.2 goes on advertising vhid 7");
        assertEquals("MASTER", better.state());
        assertTrue(better.ask("status").contains("two-masters"));

        lan.host(2).run("nft", "delete table ip filter");
        worse.awaitState("BACKUP");
        BinderHost.await("settled", () -> !better.ask("status").contains("two-masters"));
    }

    @Test
    void eachHasAnotherSecret() throws Exception {
        var one = new EngineNode(lan.host(1)).web("advskew=0");
        one.await("serving web");
        var other = new EngineNode(lan.host(2)).web("advskew=100 pass=another digestOverlap=0");
        other.await("serving web");
        for (var node : new EngineNode[] {one, other}) {
            String another = node.equals(one) ? "10.9.0.2" : "10.9.0.1";
            node.await("finding web web: " + another + " advertises vhid 7 with a digest that is not ours");
            assertTrue(node.ask("status").contains("stranger"));
        }

        other.tell("edit web pass=secret");
        other.awaitState("BACKUP");
        for (var node : new EngineNode[] {one, other}) {
            BinderHost.await("settled", () -> !node.ask("status").contains("stranger"));
        }
    }
}
