// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of the bundle and its next start, in a JVM of its own, since all tests share the library. */
class CLibraryTest {
    @Test
    void whatIsReleasedIsGoneUntilItIsRestored() throws Exception {
        var process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertEquals(
                List.of("never loaded: nothing to release", "works", "in use: stays", "released: gone", "again: works"),
                output.lines().toList());
    }

    /** Prints what works, one line each. */
    static final class Program {
        public static void main(String[] arguments) throws InterruptedException {
            CLibrary.release();
            CLibrary.restore();
            System.out.println("never loaded: nothing to release");
            System.out.println(call());

            var nothing = new Memory(8);
            nothing.bytes().putInt(-1);
            var sleeper = new Thread(() -> LibC.poll(nothing, 4_000));
            sleeper.setDaemon(true);
            sleeper.start();
            while (sleeper.getStackTrace().length == 0 || !sleeper.getStackTrace()[0].isNativeMethod()) {
                Thread.onSpinWait();
            }
            CLibrary.release();
            System.out.println("in use: " + (call().equals("works") ? "stays" : "gone"));

            sleeper.join();
            CLibrary.release();
            System.out.println("released: " + call());
            CLibrary.restore();
            System.out.println("again: " + call());
        }

        private static String call() {
            try {
                return LibC.strerror(LibC.ENOENT).isEmpty() ? "empty" : "works";
            } catch (UnsatisfiedLinkError e) {
                return "gone";
            }
        }
    }
}
