// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a program ends with exit code 0. Runs as the user of the container; what it prints is thrown away. */
final class ScriptCheck implements Check {
    private final String track;
    private final List<String> command;

    private ScriptCheck(String track, List<String> command) {
        this.track = track;
        this.command = command;
    }

    static ScriptCheck of(String track, String line) throws ConfigurationRefused {
        if (!line.startsWith("/")) {
            throw ConfigurationRefused.of("script", line, "an absolute path, and arguments without blanks in them");
        }
        return new ScriptCheck(track, List.of(line.split("\\s+")));
    }

    @Override
    public @Nullable String fault() throws IOException, InterruptedException {
        // It may come, or become executable, later: so this is no mistake in the file.
        Path program = Path.of(command.get(0));
        if (!Files.isRegularFile(program)) {
            return "there is no such file";
        }
        if (!Files.isExecutable(program)) {
            return "not executable: chmod +x it";
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CARP_TRACK", track);
        Process process = builder.start();
        try {
            int code = process.waitFor();
            return code == 0 ? null : "exit code " + code;
        } finally {
            if (process.isAlive()) {
                kill(process);
            }
        }
    }

    private static void kill(Process process) {
        List<ProcessHandle> family = new ArrayList<>();
        family.add(process.toHandle());
        for (int i = 0; i < family.size(); i++) {
            // Its children are looked for before: without their parent nobody would find them. It goes first, or it
            // would go on with its next line when the one it waits for is gone.
            ProcessHandle parent = family.get(i);
            family.addAll(parent.children().toList());
            parent.destroyForcibly();
        }
    }
}
