// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.real.Netns;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * An open that gets no memory for its socket leaves no descriptor behind. This runs in a JVM of its own, which has no
 * memory left.
 */
class DescriptorsLinkTest {
    @Test
    void withoutMemoryNothingStaysOpen() throws Exception {
        Netns.assumePossible();
        var process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:MaxDirectMemorySize=1m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertEquals(
                List.of("raw: no memory, 0 left", "packet: no memory, 0 left", "netlink: no memory, 0 left"),
                output.lines().toList());
    }

    /** Prints what is left open, one line each. */
    static final class Program {
        private static final List<ByteBuffer> HOARD = new ArrayList<>();

        interface Opening {
            AutoCloseable open() throws SystemCallException;
        }

        public static void main(String[] arguments) throws Exception {
            // The first time there is memory, so that everything is loaded.
            RawSocket.open("lo", 1, true).close();
            PacketSocket.open().close();
            Netlink.open(1000).close();
            look("raw", () -> RawSocket.open("lo", 1, true));
            look("packet", PacketSocket::open);
            look("netlink", () -> Netlink.open(1000));
        }

        private static void hoard(int size) {
            try {
                while (true) {
                    HOARD.add(ByteBuffer.allocateDirect(size));
                }
            } catch (OutOfMemoryError e) {
                // Now all memory is taken.
            }
        }

        private static void look(String what, Opening opening) throws Exception {
            for (int size : new int[] {65536, 1024, 16, 1}) {
                hoard(size);
            }
            int before = descriptors();
            String result;
            try {
                opening.open();
                result = "opened";
            } catch (OutOfMemoryError e) {
                result = "no memory";
            }
            System.out.println(what + ": " + result + ", " + (descriptors() - before) + " left");
        }

        private static int descriptors() {
            return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
        }
    }
}
