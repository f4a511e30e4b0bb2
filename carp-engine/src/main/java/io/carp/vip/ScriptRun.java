// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
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
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of one script for one virtual IP, as ucarp does it: {@code <script> <interface> <address> [xparam]}. */
final class ScriptRun {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptRun.class);
    private static final int OUTPUT_LIMIT = 4096;
    private static final long OUTPUT_MILLIS = 200;

    private final String script;
    private final Addresses addresses;
    private final VirtualIp ip;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    ScriptRun(String script, Addresses addresses, VirtualIp ip) {
        this.script = script;
        this.addresses = addresses;
        this.ip = ip;
    }

    /** Refuses, with a sentence, what cannot be run. */
    static void requireExecutable(String script) throws IOException {
        var path = Path.of(script);
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no script " + path.toAbsolutePath());
        }
        if (!Files.isExecutable(path)) {
            throw new IOException("the script " + path.toAbsolutePath() + " is not executable: chmod +x it");
        }
    }

    /**
     * Runs it to its end, or kills it with its children when it takes too long. Its exit code changes nothing, as with
     * ucarp.
     *
     * @throws IOException if it cannot be run at all, or the thread was interrupted, which kills it, too
     */
    void run() throws IOException {
        requireExecutable(script);
        var process = start();
        var reader = new Thread(() -> read(process.getInputStream()), "carp-script-output");
        reader.setDaemon(true);
        reader.start();
        try {
            if (process.waitFor(addresses.scriptTimeoutMillis(), TimeUnit.MILLISECONDS)) {
                // A daemon that the script leaves behind may hold its output open for ever.
                reader.join(OUTPUT_MILLIS);
                report(process.exitValue());
            } else {
                kill(process);
                LOG.warn(
                        "carp: {}: {} was killed after {} ms", addresses.name(), this, addresses.scriptTimeoutMillis());
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(this + " was killed: its thread was interrupted");
        }
        String text = output();
        if (!text.isEmpty()) {
            LOG.debug("carp: {}: {} printed: {}", addresses.name(), this, text);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command());
    }

    private List<String> command() {
        var command = new ArrayList<String>();
        command.add(Path.of(script).toAbsolutePath().toString());
        command.add(addresses.networkInterface());
        command.add(ip.address().getHostAddress());
        var xparam = addresses.xparam();
        if (xparam != null) {
            command.add(xparam);
        }
        return command;
    }

    private Process start() throws IOException {
        var builder = new ProcessBuilder(command()).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        var environment = builder.environment();
        environment.put("CARP_NAME", addresses.name());
        environment.put("CARP_VHID", Integer.toString(addresses.vhid()));
        environment.put("CARP_INTERFACE", addresses.networkInterface());
        environment.put("CARP_PREFIX_LENGTH", Integer.toString(ip.prefixLength()));
        return builder.start();
    }

    private void report(int exitCode) {
        if (exitCode == 0) {
            LOG.info("carp: {}: {}: exit code 0", addresses.name(), this);
        } else {
            LOG.warn("carp: {}: {}: exit code {}: {}", addresses.name(), this, exitCode, output());
        }
    }

    /** Keeps the beginning and reads on, so that the script is not held up by a full pipe. */
    private void read(InputStream in) {
        byte[] buffer = new byte[1024];
        try (in) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                synchronized (output) {
                    output.write(buffer, 0, Math.min(length, OUTPUT_LIMIT - output.size()));
                }
            }
        } catch (IOException e) {
            LOG.debug("carp: the output of {}", this, e);
        }
    }

    private String output() {
        synchronized (output) {
            // One line of the log, whatever the script printed.
            return output.toString(Charset.defaultCharset())
                    .replaceAll("\\p{Cntrl}+", " ")
                    .strip();
        }
    }

    private static void kill(Process process) throws IOException {
        // The children first: without their parent nobody would find them.
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.getInputStream().close();
    }
}
