// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.TrackKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a process runs: the one whose number is in a file, or any that has exactly that name. The name is that
 * of {@code /proc/<pid>/comm}, as with keepalived's track_process: it has at most 15 bytes, and every user can see it.
 */
final class ProcessCheck implements Check {
    private static final Path PROC = Path.of("/proc");
    private static final boolean IS_LINUX = Files.isReadable(PROC.resolve("self/stat"));
    private static final int KEPT = 15;

    /** {@code 4711 (name) S …}. The name may contain anything, so it ends at the last parenthesis. */
    private static final Pattern STAT = Pattern.compile("\\d+ \\((.*)\\) (\\S).*", Pattern.DOTALL);

    private final String process;
    private long latest = -1;

    private ProcessCheck(String process) {
        this.process = process;
    }

    static ProcessCheck of(String process) throws ConfigurationRefused {
        if (process.indexOf('/') > 0) {
            throw ConfigurationRefused.of(TrackKeys.PROCESS, process);
        }
        return new ProcessCheck(process);
    }

    @Override
    public @Nullable String fault() throws IOException {
        return process.startsWith("/") ? faultByPidFile(Path.of(process)) : faultByName();
    }

    private static @Nullable String faultByPidFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "there is no such file";
        }
        // Some programs write more lines, such as PostgreSQL.
        String pid = Files.readString(file, StandardCharsets.ISO_8859_1).strip().split("\\R", 2)[0];
        if (!pid.matches("\\d{1,18}")) {
            return "there is no process id in it";
        }
        return name(Long.parseLong(pid)) == null ? "process " + pid + " does not run" : null;
    }

    private @Nullable String faultByName() {
        // Mostly it is the same process as last time, so there is no need to look at all of them.
        if (latest < 0 || !isWanted(latest)) {
            latest = ProcessHandle.allProcesses()
                    .mapToLong(ProcessHandle::pid)
                    .filter(this::isWanted)
                    .findFirst()
                    .orElse(-1);
        }
        return latest < 0 ? "does not run" : null;
    }

    private boolean isWanted(long pid) {
        String bytes = new String(process.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return bytes.substring(0, Math.min(KEPT, bytes.length())).equals(name(pid));
    }

    /** The name of a running process; null if it does not run. A zombie does not run. */
    static @Nullable String name(long pid) {
        if (!IS_LINUX) {
            String path = ProcessHandle.of(pid)
                    .map(handle -> handle.info().command().orElse(""))
                    .orElse(null);
            return path == null ? null : path.substring(path.lastIndexOf('/') + 1);
        }
        try {
            Matcher stat = STAT.matcher(Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1));
            return stat.matches() && !stat.group(2).equals("Z") ? stat.group(1) : null;
        } catch (IOException e) { // The process is gone.
            return null;
        }
    }
}
