// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import io.carp.thread.OwnThread;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final long OUTPUT_MILLIS = 200;

    /** Loading the classes of a first process takes some ten times as long as a process. */
    private static final AtomicBoolean WARM = new AtomicBoolean();

    @Override
    public void warmUp() {
        if (WARM.compareAndSet(false, true)) {
            try {
                execute(new ScriptCall("", List.of("/bin/sh", "-c", ":"), Map.of(), 1000));
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
            LOG.warn("carp: {}: {} was killed after {} ms", call.host(), call, call.timeoutMillis());
        } else if (result.exitCode() != 0) {
            LOG.warn("carp: {}: {}: {}", call.host(), call, result);
        } else {
            LOG.info("carp: {}: {}: exit code 0", call.host(), call);
        }
        if (!result.output().isEmpty()) {
            LOG.debug("carp: {}: {} printed: {}", call.host(), call, result.output());
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
        var process = start(call);
        var output = new Output();
        var reader = OwnThread.of("carp-script-output", () -> output.read(process.getInputStream()));
        reader.start();
        try {
            if (!process.waitFor(call.timeoutMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                return new ScriptResult(0, true, output.asOneLine());
            }
            // A daemon that the script leaves behind may hold its output open for ever.
            reader.join(OUTPUT_MILLIS);
            return new ScriptResult(process.exitValue(), false, output.asOneLine());
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(call + " was killed: its thread was interrupted");
        }
    }

    private static Process start(ScriptCall call) throws IOException {
        var builder =
                new ProcessBuilder(call.command()).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().putAll(call.environment());
        return builder.start();
    }

    private static void kill(Process process) throws IOException {
        List<ProcessHandle> family = new ArrayList<>();
        family.add(process.toHandle());
        for (int i = 0; i < family.size(); i++) {
            // Parents first, or a script would go on with its next line when the one it waits for is gone; their
            // children are looked for before: without a parent nobody would find them.
            ProcessHandle parent = family.get(i);
            List<ProcessHandle> children = parent.children().toList();
            parent.destroyForcibly();
            family.addAll(children);
        }
        process.getInputStream().close();
    }

    /** The beginning of what a script prints. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Keeps the beginning and reads on, so that the script is not held up by a full pipe. */
        void read(InputStream in) {
            byte[] buffer = new byte[1024];
            try (in) {
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    synchronized (bytes) {
                        bytes.write(buffer, 0, Math.min(length, OUTPUT_LIMIT - bytes.size()));
                    }
                }
            } catch (IOException e) {
                LOG.debug("carp: the output of a script", e);
            }
        }

        /** One line of the log, whatever the script printed. */
        String asOneLine() {
            synchronized (bytes) {
                return bytes.toString(Charset.defaultCharset())
                        .replaceAll("\\p{Cntrl}+", " ")
                        .strip();
            }
        }
    }
}
