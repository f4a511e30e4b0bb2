// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.TrackKeys;
import io.carp.process.ScriptProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a program ends with exit code 0. It runs as the user of the container; what it prints is thrown away.
 */
final class ScriptCheck implements Check {
    private final String track;
    private final List<String> command;

    private ScriptCheck(String track, List<String> command) {
        this.track = track;
        this.command = command;
    }

    static ScriptCheck of(String track, String line) throws ConfigurationRefused {
        if (!line.startsWith("/")) {
            throw ConfigurationRefused.of(TrackKeys.SCRIPT, line);
        }
        return new ScriptCheck(track, List.of(line.split("\\s+")));
    }

    @Override
    public @Nullable String fault() throws IOException, InterruptedException {
        // The program may come, or become executable, later, so this is no mistake in the file.
        Path program = Path.of(command.get(0));
        if (!Files.isRegularFile(program)) {
            return "there is no such file";
        }
        if (!Files.isExecutable(program)) {
            return "not executable: chmod +x it";
        }
        Map<String, String> environment = Map.of("CARP_TRACK", track);
        try (ScriptProcess script =
                ScriptProcess.start(command, environment, ProcessBuilder.Redirect.DISCARD)) { // Ends it, too.
            script.waitFor(Long.MAX_VALUE);
            int code = script.exitCode();
            return code == 0 ? null : "exit code " + code;
        }
    }
}
