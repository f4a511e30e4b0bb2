// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.host.SealMemory;
import io.carp.protocol.SealMarks.Kept;
import io.carp.protocol.SealMarks.Mark;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealFileTest {
    @TempDir
    Path directory;

    private Container container;
    private NodeFindings findings;
    private final Deque<Runnable> workers = new ArrayDeque<>();

    @BeforeEach
    void framework() throws Exception {
        container = new Container(directory.resolve("framework"));
        findings =
                new NodeFindings(container.framework.getBundleContext(), container.engine.notices(), Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
    }

    private Path path() {
        return directory.resolve("data").resolve("carp").resolve("seal.marks");
    }

    private SealFile opened() {
        SealFile file = new SealFile(path(), workers::add, findings);
        file.read();
        return file;
    }

    private void work() {
        while (!workers.isEmpty()) {
            workers.remove().run();
        }
    }

    private List<String> codes() {
        List<String> codes = new ArrayList<>();
        for (Finding finding : findings.all()) {
            codes.add(finding.code());
        }
        return codes;
    }

    private static Kept kept(long epoch) throws Exception {
        return new Kept(
                epoch,
                List.of(
                        new Mark(InetAddress.getByName("10.0.0.2"), epoch, -1),
                        new Mark(InetAddress.getByName("fe80::2"), epoch + 1, 7)));
    }

    @Test
    void whatIsKeptIsThereAfterARestart() throws Exception {
        SealFile file = opened();
        assertEquals(Kept.NOTHING, file.of("7@eth0"));
        file.keep("7@eth0", kept(1));
        file.keep("7@eth0", kept(2));
        file.keep("8@eth0", new Kept(-1, List.of()));
        assertFalse(Files.exists(path()), "nothing is written by who calls");
        assertEquals(1, workers.size(), "one writes for all");
        work();
        SealFile again = opened();
        assertEquals(kept(2), again.of("7@eth0"));
        assertEquals(new Kept(-1, List.of()), again.of("8@eth0"));
        assertEquals(List.of(), codes());
        try (var files = Files.list(path().getParent())) {
            assertEquals(List.of(path()), files.toList(), "nothing else is left");
        }
    }

    @Test
    void whatComesLaterIsWrittenLater() throws Exception {
        SealFile file = opened();
        file.keep("7@eth0", kept(1));
        work();
        file.keep("7@eth0", kept(3));
        assertEquals(1, workers.size());
        work();
        assertEquals(kept(3), opened().of("7@eth0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "7@eth0 epoch 1\ncrc32 0\n"})
    void aDamagedFileIsAFindingAndForgotten(String content) throws Exception {
        Files.createDirectories(path().getParent());
        Files.writeString(path(), content);
        SealFile file = opened();
        assertEquals(Kept.NOTHING, file.of("7@eth0"));
        assertEquals(List.of("seal-marks-damaged"), codes());
        file.keep("7@eth0", kept(1));
        work();
        assertEquals(kept(1), opened().of("7@eth0"), "it is written anew");
    }

    @Test
    void everyCutAndEveryChangedByteIsSeen() throws Exception {
        SealFile file = opened();
        file.keep("7@eth0", kept(1));
        work();
        byte[] whole = Files.readAllBytes(path());
        for (int i = 0; i < whole.length - 1; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            Files.write(path(), changed);
            assertEquals(Kept.NOTHING, opened().of("7@eth0"), "byte " + i);
        }
    }

    @Test
    void whereItCannotBeWrittenIsAFindingUntilItCan() throws Exception {
        Files.writeString(directory.resolve("data"), "a file where the directory should be");
        SealMemory file = opened();
        file.keep("7@eth0", kept(1));
        work();
        assertTrue(codes().contains("seal-marks"), codes().toString());
        assertEquals(kept(1), file.of("7@eth0"), "what runs goes on");
        Files.delete(directory.resolve("data"));
        file.keep("7@eth0", kept(2));
        work();
        assertFalse(codes().contains("seal-marks"), codes().toString());
    }
}
