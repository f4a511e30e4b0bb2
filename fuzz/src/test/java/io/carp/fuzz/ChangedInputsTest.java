// SPDX-License-Identifier: Apache-2.0
package io.carp.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.config.VirtualHostCfgFuzzTest;
import io.carp.linux.NetlinkFuzzTest;
import io.carp.protocol.PacketsFuzzTest;
import io.carp.protocol.SealedPacketsFuzzTest;
import io.carp.shell.CfgTextFuzzTest;
import io.carp.track.TrackCfgFuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The short run of each build: the inputs in the repository, changed at random. The seed makes each run the same, which a
 * fuzzer that is led by coverage and ended by a clock is not, so that whoever sees it red has caused it. {@code -Dseed=N} sets
 * another seed.
 */
class ChangedInputsTest {
    private static final long SEED = Long.getLong("seed", 20260101L);
    private static final int RUNS = 2_000;
    private static final int MOST_CHANGES = 6;

    private interface Target {
        void take(byte[] input) throws Exception;
    }

    @Test
    void packets() throws Exception {
        run("io/carp/protocol/PacketsFuzzTestInputs/packets", new PacketsFuzzTest()::packets);
    }

    @Test
    void sealedPackets() throws Exception {
        run("io/carp/protocol/SealedPacketsFuzzTestInputs/packets", new SealedPacketsFuzzTest()::packets);
    }

    @Test
    void datagrams() throws Exception {
        run("io/carp/linux/NetlinkFuzzTestInputs/datagrams", new NetlinkFuzzTest()::datagrams);
    }

    @Test
    void cfgFilesOfVirtualHosts() throws Exception {
        run("io/carp/config/VirtualHostCfgFuzzTestInputs/files", new VirtualHostCfgFuzzTest()::files);
    }

    @Test
    void cfgFilesOfTracks() throws Exception {
        run("io/carp/track/TrackCfgFuzzTestInputs/file", new TrackCfgFuzzTest()::file);
    }

    @Test
    void editsOfCfgFiles() throws Exception {
        run("io/carp/shell/CfgTextFuzzTestInputs/edits", new CfgTextFuzzTest()::edits);
    }

    private static void run(String directory, Target target) throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources", directory))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        assertTrue(inputs.size() > 5, "the inputs were not found");
        Random random = new Random(SEED);
        for (int run = 0; run < RUNS; run++) {
            byte[] input = inputs.get(random.nextInt(inputs.size()));
            for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
                input = changed(input, inputs, random);
            }
            try {
                target.take(input);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw new AssertionError(
                        "-Dseed=" + SEED + ", run " + run + ", base64 -d <<< "
                                + Base64.getEncoder().encodeToString(input),
                        e);
            }
        }
    }

    private static byte[] changed(byte[] input, List<byte[]> inputs, Random random) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + random.nextInt(16));
        byte[] other = inputs.get(random.nextInt(inputs.size()));
        int from = random.nextInt(other.length + 1);
        return switch (random.nextInt(5)) {
            case 0 -> with(input, at, Math.min(input.length, at + 1), new byte[] {(byte) random.nextInt(256)});
            case 1 -> with(input, at, to, new byte[0]);
            case 2 -> with(input, at, at, Arrays.copyOfRange(input, at, to));
            case 3 ->
                with(input, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(60))));
            default -> flipped(input, at, random.nextInt(8));
        };
    }

    /** The bytes from one place to another replaced. */
    private static byte[] with(byte[] input, int from, int to, byte[] by) {
        byte[] result = Arrays.copyOf(input, input.length - (to - from) + by.length);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(input, to, result, from + by.length, input.length - to);
        return result;
    }

    private static byte[] flipped(byte[] input, int at, int bit) {
        byte[] result = input.clone();
        if (at < result.length) {
            result[at] = (byte) (result[at] ^ (1 << bit));
        }
        return result;
    }
}
