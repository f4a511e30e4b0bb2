// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each failure is told by its true cause, in one line. */
class NativeCodeTest {
    @Test
    void theInnermostCauseIsSaid() {
        var failure = new ExceptionInInitializerError(
                new IllegalStateException("outside", new UnsatisfiedLinkError("two files of that name\nand more")));
        assertEquals("two files of that name", NativeCode.refusal(failure));
    }

    @Test
    void aFailureWithoutWordsIsNamed() {
        assertEquals("java.lang.UnsatisfiedLinkError", NativeCode.refusal(new UnsatisfiedLinkError()));
    }

    @Test
    void aDirectoryMountedNoexecComesWithWhatToDo() {
        String said = NativeCode.refusal(new UnsatisfiedLinkError(
                "/data/tmp/jna1.tmp: /data/tmp/jna1.tmp: failed to map segment from shared object"));
        assertTrue(said.contains("-Djna.tmpdir=DIRECTORY -Dio.netty.native.workdir=DIRECTORY"), said);
    }

    /** This runs in a JVM of its own, in which JNA may not load its library. */
    @Test
    void whoeverTriesAgainHearsTheSameCause() throws Exception {
        var process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Djna.noclasspath=true",
                        "-Djna.nosys=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(3, said.size(), said.toString());
        assertEquals(1, Set.copyOf(said).size(), said.toString());
        assertTrue(said.get(0).contains("JNA native support"), said.toString());
    }

    static final class Program {
        public static void main(String[] arguments) {
            for (int i = 0; i < 3; i++) {
                try {
                    LibC.errno();
                    System.out.println("works");
                } catch (LinkageError e) {
                    System.out.println(NativeCode.refusal(e));
                }
            }
        }
    }
}
