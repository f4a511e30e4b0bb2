// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.real.Wiretap.Heard;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The destination of the advertisements of two nodes is edited, node by node. There is one master all the time. */
class DeliveryEditLinkTest {
    private Lan lan;
    private Wiretap wire;
    private EngineNode master;
    private EngineNode backup;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-way-edit", 2);
        wire = new Wiretap(lan);
        lan.host(1).ip("address add 10.9.0.11/24 dev eth0");
        master = new EngineNode(lan.host(1)).web("advskew=0");
        master.await("serving web");
        // It is patient, since this test is not about time.
        backup = new EngineNode(lan.host(2)).web("advskew=50 deadRatio=10");
        backup.awaitState("BACKUP");
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private void edit(EngineNode node, String settings) throws Exception {
        int before = node.lines().size();
        node.tell("edit web " + settings);
        node.await("edited web", before);
    }

    private void assertUnchanged(String source) throws Exception {
        wire.await(wire.mark(), 4, heard -> heard.source().equals(source));
        assertEquals("MASTER", master.state());
        assertEquals("BACKUP", backup.state());
        assertEquals(List.of(), wire.since(0, from(2)), "the backup advertised");
        assertEquals(
                List.of(),
                master.lines().stream()
                        .filter(line -> line.text().startsWith("resting"))
                        .toList());
    }

    @Test
    void broadcastAndSourceAreEditedNodeByNodeInAnyOrder() throws Exception {
        edit(master, "broadcast=true");
        assertUnchanged("10.9.0.1");
        edit(backup, "broadcast=true");
        edit(master, "broadcast=false");
        assertUnchanged("10.9.0.1");
        edit(master, "source=10.9.0.11");
        assertUnchanged("10.9.0.11");
        List<Heard> bowOuts = wire.since(0, Heard::bowOut);
        assertEquals(List.of(), bowOuts);
        assertTrue(backup.ask("status").contains("wrongPeer=0"));
    }
}
