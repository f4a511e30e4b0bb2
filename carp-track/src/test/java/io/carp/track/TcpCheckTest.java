// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Uses real sockets of the loopback interface. */
class TcpCheckTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void aPortThatAcceptsIsFine() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, LOOPBACK)) {
            assertNull(TcpCheck.of("127.0.0.1:" + server.getLocalPort()).fault());
            assertNull(TcpCheck.of("localhost:" + server.getLocalPort()).fault(), "by name");
        }
    }

    @Test
    void aPortThatRefusesIsNot() throws Exception {
        try (Socket taken = new Socket()) { // The port is bound, so nothing else listens there, nor does this.
            taken.bind(new InetSocketAddress(LOOPBACK, 0));
            TcpCheck check = TcpCheck.of("127.0.0.1:" + taken.getLocalPort());
            assertEquals(
                    "Connection refused",
                    assertThrows(IOException.class, check::fault).getMessage());
        }
    }

    @Test
    void anUnknownNameIsAFaultThatMayPass() throws Exception {
        String tooLongToBeAsked = "x".repeat(64);
        assertEquals(
                "the name is not known",
                TcpCheck.of(tooLongToBeAsked + ".invalid:80").fault());
    }

    @Test
    void anInterruptEndsAConnectThatHangs() throws Exception {
        // Nothing accepts, and the queue of connections to be accepted is full, so the kernel drops the next SYN.
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            TcpCheck check = TcpCheck.of("127.0.0.1:" + server.getLocalPort());
            AtomicReference<Exception> end = new AtomicReference<>();
            CountDownLatch begun = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                while (true) {
                    try {
                        begun.countDown();
                        check.fault();
                    } catch (Exception e) {
                        end.set(e);
                        return;
                    }
                }
            });
            thread.start();
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertNotNull(end.get(), "it still hangs");
        }
    }
}
