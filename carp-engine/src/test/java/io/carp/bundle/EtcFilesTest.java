// SPDX-License-Identifier: Apache-2.0
package io.carp.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the bundle leaves in etc/, and what it leaves alone. */
class EtcFilesTest {
    private static final Path OURS = Path.of("src/main/etc");

    @TempDir
    Path container;

    private Path etc;
    private File done;

    @BeforeEach
    void makeEtc() throws IOException {
        etc = Files.createDirectory(container.resolve("etc"));
        done = container.resolve("data").toFile();
    }

    @Test
    void allAreThereAfterTheFirstStart() throws IOException {
        start();
        assertEquals(names(OURS), names(etc));
        assertEquals(
                Files.readString(OURS.resolve("carp.engine.cfg")), Files.readString(etc.resolve("carp.engine.cfg")));
    }

    @Test
    void whatIsThereStaysAsItIs() throws IOException {
        Files.writeString(etc.resolve("carp.engine.cfg"), "demotion = 3\n");
        start();
        assertEquals("demotion = 3\n", Files.readString(etc.resolve("carp.engine.cfg")));
        assertEquals(names(OURS), names(etc));
    }

    @Test
    void whatSomebodyDeletedDoesNotComeBack() throws IOException {
        start();
        Files.delete(etc.resolve("carp.vhost-web.cfg.example"));
        start();
        assertFalse(Files.exists(etc.resolve("carp.vhost-web.cfg.example")));
    }

    @Test
    void aDirectoryThatCannotBeWrittenToStopsNothingAndIsTriedAgain() throws IOException {
        Files.delete(etc);
        Files.createFile(etc); // No directory: that stops root, too.
        start();
        Files.delete(etc);
        makeEtc();
        start();
        assertEquals(names(OURS), names(etc));
    }

    @Test
    void aFrameworkWithoutAPlaceForBundlesGetsThemToo() throws IOException {
        new EtcFiles(ours(), etc).write(null);
        assertTrue(Files.exists(etc.resolve("carp.engine.cfg")));
    }

    private void start() throws IOException {
        new EtcFiles(ours(), etc).write(done);
    }

    private static List<URL> ours() throws IOException {
        try (Stream<Path> files = Files.list(OURS)) {
            List<URL> urls = new ArrayList<>();
            for (Path file : files.toList()) {
                urls.add(file.toUri().toURL());
            }
            return urls;
        }
    }

    private static TreeSet<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }
}
