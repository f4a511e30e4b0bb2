// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** A client that pings an address ten times a second. */
final class Pings {
    private final String address;
    private final Path file;
    private final Process process;

    Pings(String namespace, String address) throws Exception {
        this.address = address;
        file = Files.createTempFile(Path.of("target/containers"), "pings", ".txt");
        process = new ProcessBuilder(Lab.inside(namespace, "ping", "-n", "-O", "-i", "0.1", address))
                .redirectErrorStream(true)
                .redirectOutput(file.toFile())
                .start();
    }

    /** Waits for that many more answers. */
    void awaitAnswers(int more) throws Exception {
        long enough = lines(" bytes from ") + more;
        Lab.await(address + " answers", Duration.ofSeconds(60), () -> lines(" bytes from ") >= enough);
    }

    long lost() throws Exception {
        return lines("no answer yet");
    }

    private long lines(String with) throws Exception {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(with)).count();
        }
    }

    void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
