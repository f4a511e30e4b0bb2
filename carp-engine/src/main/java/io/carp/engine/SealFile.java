// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.host.SealMemory;
import io.carp.protocol.SealMarks.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleContext;

/**
 * The file that remembers over restarts how far the sealed advertisements of each sender have come. It holds no secret.
 * Workers write it, one at a time and always as a whole, so that it is the old one or the new one and nothing between.
 * Any thread.
 */
final class SealFile implements SealMemory {
    private static final String FINDING = "seal-marks";
    private static final String DAMAGED = "seal-marks-damaged";

    private final Path file;
    private final Executor workers;
    private final NodeFindings findings;
    private final Map<String, Kept> marks = new ConcurrentSkipListMap<>();

    /** How often something new was to be kept since the writing that is under way began; 0 while none is. */
    private final AtomicInteger wanted = new AtomicInteger();

    SealFile(Path file, Executor workers, NodeFindings findings) {
        this.file = file;
        this.workers = workers;
        this.findings = findings;
    }

    /** In Karaf's data directory, or in the bundle's own where there is no Karaf. */
    static Path place(BundleContext context) {
        String data = System.getProperty("karaf.data");
        return data == null
                ? context.getDataFile("seal.marks").toPath()
                : Path.of(data).resolve("carp").resolve("seal.marks");
    }

    /** Reads the file, so it may block. Without one, or with a damaged one, nothing is remembered. */
    void read() {
        try {
            marks.putAll(SealText.parse(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            return; // This is the first start.
        } catch (IOException | RuntimeException e) {
            findings.doubt(
                    DAMAGED,
                    file + " cannot be used: " + e
                            + "; so nothing is known of who advertised before this start, and the"
                            + " first sealed advertisement of each node is judged by the clock: look whether it is right"
                            + " (timedatectl). The file is written anew");
        }
    }

    @Override
    public Kept of(String subsystem) {
        return marks.getOrDefault(subsystem, Kept.NOTHING);
    }

    @Override
    public void keep(String subsystem, Kept kept) {
        marks.put(subsystem, kept);
        if (wanted.getAndIncrement() == 0) {
            try {
                workers.execute(this::write);
            } catch (RuntimeException | Error e) {
                wanted.set(0); // Without memory for that: the next one tries again.
                unwritable(e);
            }
        }
    }

    private void write() {
        int done;
        do {
            done = wanted.get();
            try {
                replace(SealText.of(marks).getBytes(StandardCharsets.UTF_8));
                findings.settled(FINDING);
            } catch (IOException | RuntimeException | Error e) {
                unwritable(e);
            }
        } while (!wanted.compareAndSet(done, 0));
    }

    private void replace(byte[] content) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Path next = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true); // Otherwise a power cut may leave an empty file behind the new name.
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void unwritable(Throwable why) {
        String sentence = file + " cannot be written: " + why + "; sealed advertisements go on, but after a restart of"
                + " this node somebody may send again what was captured since: make room, or correct its owner and mode";
        if (findings.isNew(FINDING, sentence)) {
            findings.doubt(FINDING, sentence);
        }
    }
}
