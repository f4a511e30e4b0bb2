// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import io.carp.process.ScriptProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs scripts as processes of this machine, and logs how they ended. */
public final class Processes implements Scripting {
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final int OUTPUT_LIMIT = 4096;
    private static final long READ_MILLIS = 20;
    private static final int MOST_READS = 16;

    /** Whether the classes of a first process are loaded, which takes some ten times as long as a process. */
    private static final AtomicBoolean WARM = new AtomicBoolean();

    @Override
    public void warmUp() {
        if (WARM.compareAndSet(false, true)) {
            try {
                execute(new ScriptCall("", "", List.of("/bin/sh", "-c", ":"), Map.of(), 1000));
            } catch (IOException e) {
                LOG.debug("carp: no process could be started to warm up", e);
            }
        }
    }

    @Override
    public ScriptResult run(ScriptCall call) throws IOException {
        check(call.command().get(0));
        ScriptResult result = execute(call);
        if (result.killed()) {
            LOG.warn("carp: {}: {} was killed after {} ms", call.host(), call.inWords(), call.timeoutMillis());
        } else if (result.exitCode() != 0) {
            LOG.warn("carp: {}: {}: {}", call.host(), call.inWords(), result);
        } else {
            LOG.info("carp: {}: {}: exit code 0", call.host(), call.inWords());
        }
        if (!result.output().isEmpty()) {
            LOG.debug("carp: {}: {} printed: {}", call.host(), call.inWords(), result.output());
        }
        return result;
    }

    @Override
    public void check(String script) throws IOException {
        var path = Path.of(script);
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no script " + path.toAbsolutePath());
        }
        if (!Files.isExecutable(path)) {
            throw new IOException("the script " + path.toAbsolutePath() + " is not executable: chmod +x it");
        }
    }

    private static ScriptResult execute(ScriptCall call) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(call.timeoutMillis());
        var output = new Output();
        // Closing it kills a script that is still running.
        try (var script = ScriptProcess.start(call.command(), call.environment(), ProcessBuilder.Redirect.PIPE)) {
            boolean ended = false;
            for (long left = call.timeoutMillis(); !ended && left > 0; left = millisUntil(end)) {
                ended = script.waitFor(Math.min(left, READ_MILLIS));
                output.read(script.output());
            }
            return new ScriptResult(ended ? script.exitCode() : 0, !ended, output.asOneLine());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(call + " was killed: its thread was interrupted");
        }
    }

    private static long millisUntil(long end) {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime() + 999_999);
    }

    /** The beginning of what a script prints. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /**
         * Reads what is there, so that a full pipe does not hold up the script, and keeps the beginning. It does not
         * wait, since what a script leaves behind may hold the pipe open for ever. And it comes back after a while,
         * since a script may print without end.
         */
        void read(InputStream in) throws IOException {
            for (int i = 0; i < MOST_READS && in.available() > 0; i++) {
                byte[] read = in.readNBytes(in.available());
                bytes.write(read, 0, Math.min(read.length, OUTPUT_LIMIT - bytes.size()));
            }
        }

        /** The output as one line of the log, whatever the script printed. */
        String asOneLine() {
            return bytes.toString(Charset.defaultCharset())
                    .replaceAll("\\p{Cntrl}+", " ")
                    .strip();
        }
    }
}
