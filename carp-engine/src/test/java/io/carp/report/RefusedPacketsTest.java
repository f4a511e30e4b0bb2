// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedPacketsTest {
    private final RefusedPackets refused = new RefusedPackets();
    private final List<String> lines = new ArrayList<>();

    private boolean add(Counter reason, int sender) throws Exception {
        return refused.add(reason, InetAddress.getByAddress(new byte[] {10, 0, 1, (byte) sender}));
    }

    private List<String> report() {
        lines.clear();
        refused.report("7@eth0", lines::add);
        return lines;
    }

    @Test
    void oneLineForEachReasonAndSender() throws Exception {
        assertTrue(add(Counter.badauth, 1));
        assertFalse(add(Counter.badauth, 1));
        assertFalse(add(Counter.badttl, 1));
        assertFalse(add(Counter.badauth, 2));
        report();
        assertEquals(3, lines.size());
        assertTrue(
                lines.contains("carp: 7@eth0: refused 2 from 10.0.1.1 (badauth): its digest is not ours; compare pass"
                        + " and virtualIps with that node"),
                lines.toString());
        assertEquals(List.of(), report());
        assertTrue(add(Counter.badauth, 1), "the first of the next period");
    }

    @Test
    void aFloodWithForgedSendersIsSummedUp() throws Exception {
        for (int i = 0; i < 256; i++) {
            add(Counter.badauth, i);
            add(Counter.badsum, i);
        }
        report();
        assertEquals(33, lines.size());
        assertEquals("carp: 7@eth0: refused " + (512 - 32) + " from still more senders", lines.get(32));
    }

    @Test
    void everyReasonHasAMeaning() {
        for (Counter reason : Counter.values()) {
            assertFalse(RefusedPackets.meaning(reason).isEmpty());
        }
    }
}
