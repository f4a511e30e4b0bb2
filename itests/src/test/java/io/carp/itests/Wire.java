// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a host on the switch hears of CARP, with the kernel's time stamps: tcpdump. */
final class Wire {
    private static final Pattern LINE =
            Pattern.compile("(\\d+)\\.(\\d{6}) IP ([0-9.]+) > .*vhid=(\\d+) advbase=(\\d+) advskew=(\\d+) .*");

    /**
     * An advertisement.
     *
     * @param micros when it was received, in microseconds since 1970
     */
    record Heard(long micros, String source, int vhid, int advbase, int advskew) {
        boolean isBowOut() {
            return advbase == 255;
        }
    }

    private final Path file;
    private final Process process;

    Wire(String namespace) throws Exception {
        file = Path.of("target/containers/wire.txt").toAbsolutePath();
        Files.createDirectories(file.getParent());
        Path trouble = file.resolveSibling("tcpdump.txt");
        process = new ProcessBuilder(
                        Lab.inside(namespace, "tcpdump", "-l", "-n", "-tt", "-i", "eth0", "-T", "carp", "ip proto 112"))
                .redirectOutput(file.toFile())
                .redirectError(trouble.toFile())
                .start();
        Lab.await("tcpdump listens", Duration.ofSeconds(60), () -> Files.readString(trouble)
                .contains("listening on"));
    }

    /** All advertisements of one virtual host, in order. */
    List<Heard> of(int vhid) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(LINE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> new Heard(
                            Long.parseLong(line.group(1)) * 1_000_000 + Long.parseLong(line.group(2)),
                            line.group(3),
                            Integer.parseInt(line.group(4)),
                            Integer.parseInt(line.group(5)),
                            Integer.parseInt(line.group(6))))
                    .filter(heard -> heard.vhid() == vhid)
                    .toList();
        }
    }

    /** The last advertisement from the source; there must be one. */
    Heard last(int vhid, String source) throws IOException {
        return of(vhid).stream()
                .filter(heard -> heard.source().equals(source))
                .reduce((before, after) -> after)
                .orElseThrow(() -> new AssertionError("no advertisement of vhid " + vhid + " from " + source));
    }

    /** Waits for the first advertisement from the source after that time. */
    Heard firstAfter(long micros, int vhid, String source, Duration patience) throws Exception {
        Lab.await("advertisement of vhid " + vhid + " from " + source, patience, () -> after(micros, vhid, source)
                .findFirst()
                .isPresent());
        return after(micros, vhid, source).findFirst().orElseThrow();
    }

    private Stream<Heard> after(long micros, int vhid, String source) throws IOException {
        return of(vhid).stream()
                .filter(heard -> heard.micros() > micros && heard.source().equals(source));
    }

    void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
