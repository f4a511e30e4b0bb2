// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests {@link Lan} itself: a thread in a namespace sees only the network of that, and nothing is left behind. */
class LanLinkTest {
    @Test
    void aThreadOfThisJvmIsAHostOnTheLan() throws Exception {
        try (var lan = new Lan("carp-fix", 2)) {
            var server = lan.host(2).call(() -> new ServerSocket(7, 1, InetAddress.getByName("10.9.0.2")));
            try (server) {
                boolean connected = lan.host(1).call(() -> {
                    try (var socket = new Socket("10.9.0.2", 7)) {
                        return socket.isConnected();
                    }
                });
                assertTrue(connected);
            }
            assertEquals(2L, (long)
                    lan.host(1).call(() -> NetworkInterface.networkInterfaces().count()));
            assertTrue(lan.wire().run("bridge", "link").contains("port2"));
            assertThrows(IllegalStateException.class, () -> lan.host(1).ip("address add nonsense dev eth0"));
        }
        try (var left = Files.list(Path.of("/run/netns"))) {
            String mine = "." + ProcessHandle.current().pid() + ".";
            assertEquals(
                    0,
                    left.filter(p -> p.toString().contains("carp-fix")
                                    && p.toString().contains(mine))
                            .count());
        }
    }
}
