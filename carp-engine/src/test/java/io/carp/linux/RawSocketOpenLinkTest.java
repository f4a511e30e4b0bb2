// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.real.Netns;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RawSocketOpenLinkTest {
    @Test
    void aFloodDoesNotKeepItFromEnding() throws Exception {
        try (var netns = Netns.create("carp-net-flood")) {
            netns.call(() -> {
                var loopback = InetAddress.getByName("127.0.0.1");
                try (var hears = RawSocket.open("lo", 1, true);
                        var floods = RawSocket.open("lo", 1, true)) {
                    var packet = ByteBuffer.allocateDirect(36);
                    var there = floods.to(loopback, loopback);
                    for (int n = 0; n < RawSocket.MOST_DISCARDED + 20; n++) {
                        assertEquals(0, floods.send(packet, there));
                    }
                    assertEquals(RawSocket.MOST_DISCARDED, hears.discard());
                    assertEquals(20, hears.discard());
                    assertEquals(0, hears.discard());
                }
                return null;
            });
        }
    }
}
