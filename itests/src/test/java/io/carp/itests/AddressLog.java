// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** When a host got and lost its addresses, as its kernel told "ip monitor". */
final class AddressLog {
    private final Path file;
    private final Process process;

    AddressLog(String namespace, Path file) throws Exception {
        this.file = file.toAbsolutePath();
        process = new ProcessBuilder(Lab.inside(namespace, "ip", "-o", "-ts", "-4", "monitor", "address"))
                .redirectErrorStream(true)
                .redirectOutput(this.file.toFile())
                .start();
        // "ip monitor" does not say when it is ready, but an address that comes and goes shows it.
        Lab.await("ip monitor listens in " + namespace, Duration.ofSeconds(60), () -> {
            Lab.run("ip", "-n", namespace, "address", "add", "127.0.0.9/32", "dev", "lo");
            Lab.run("ip", "-n", namespace, "address", "delete", "127.0.0.9/32", "dev", "lo");
            return dropped("127.0.0.9", 0).isPresent();
        });
    }

    /** The first time, after that, that the address went away; microseconds since 1970. */
    OptionalLong dropped(String address, long after) throws Exception {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.contains("Deleted") && line.contains(" " + address + "/"))
                    .mapToLong(AddressLog::micros)
                    .filter(time -> time > after)
                    .findFirst();
        }
    }

    private static long micros(String line) {
        LocalDateTime time = LocalDateTime.parse(line.substring(1, line.indexOf(']')));
        return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time.atZone(ZoneId.systemDefault()));
    }

    void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
