// SPDX-License-Identifier: Apache-2.0
package io.carp.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a script. It has a session and a process group of its own, so that {@link #kill} finds all that it
 * started, and so that an interrupt typed at the terminal of the container does not end it. When it ends by itself,
 * what it started lives on, since it may have been told to start a daemon.
 *
 * <p>It inherits a small environment and not that of the container, where other programs may keep their secrets. Any
 * thread may call.
 */
public final class ScriptProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScriptProcess.class);

    /**
     * What every program may expect to know: where other programs are, which user runs it, how to write dates and
     * words. All of LC_* comes in addition.
     */
    private static final Set<String> INHERITED = Set.of("PATH", "HOME", "USER", "LOGNAME", "TZ", "LANG");

    private static final long KILL_SECONDS = 5;

    private final Process process;
    private final boolean hasGroup;

    private ScriptProcess(Process process, boolean hasGroup) {
        this.process = process;
        this.hasGroup = hasGroup;
    }

    /**
     * Starts the script with an empty standard input.
     *
     * @param command the absolute path of the script and its arguments
     * @param environment what it finds in its environment in addition to the little that it inherits
     * @param output where to write what it prints, its errors included
     * @throws IOException if it cannot be started
     */
    public static ScriptProcess start(
            List<String> command, Map<String, String> environment, ProcessBuilder.Redirect output) throws IOException {
        return start(Setsid.PATH, command, environment, output);
    }

    /** Starts the script with the program setsid at this path; empty where there is none. */
    static ScriptProcess start(
            String setsid, List<String> command, Map<String, String> environment, ProcessBuilder.Redirect output)
            throws IOException {
        List<String> all = new ArrayList<>(command);
        if (!setsid.isEmpty()) {
            // The child of a JVM leads no group, so setsid becomes the script without a fork: the group has the number
            // of the process that we know.
            all.add(0, setsid);
        }
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(output);
        builder.environment().keySet().removeIf(name -> !INHERITED.contains(name) && !name.startsWith("LC_"));
        builder.environment().putAll(environment);
        return new ScriptProcess(builder.start(), !setsid.isEmpty());
    }

    /** Waits for its end; returns whether it came within that time. What it started may live on. */
    public boolean waitFor(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** Its exit code, 0..255, once it has ended. */
    public int exitCode() {
        return process.exitValue();
    }

    /**
     * What it prints, if that is a pipe. Read only what is {@code available}, since a daemon that it left behind may
     * hold the pipe open for ever, and nothing wakes a thread that waits there.
     */
    public InputStream output() {
        return process.getInputStream();
    }

    /**
     * Kills it and all that it started, except for processes that have a session of their own and have lost their
     * parent.
     */
    public void kill() {
        List<ProcessHandle> family = new ArrayList<>(List.of(process.toHandle()));
        family.addAll(process.descendants().toList());
        if (hasGroup && process.isAlive()) {
            killGroup(); // The group is killed at once, so that it cannot start more processes meanwhile.
        }
        for (int i = 0; i < family.size(); i++) {
            // Parents are killed first. Otherwise a script would go on with its next line as soon as its child is gone.
            // The children are looked for before that, since without a parent they cannot be found.
            ProcessHandle parent = family.get(i);
            List<ProcessHandle> children = parent.children().toList();
            parent.destroyForcibly();
            children.stream().filter(child -> !family.contains(child)).forEach(family::add);
        }
    }

    private void killGroup() {
        List<String> command = List.of("/bin/sh", "-c", "kill -s KILL -- \"-$0\"", Long.toString(process.pid()));
        try {
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(KILL_SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.warn("carp: /bin/sh could not be run to kill a script with all that it started: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The kill is on its way.
        }
    }

    /** Kills it if it is still running, and closes the pipe of its output. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            LOG.debug("carp: the output of a script", e);
        }
    }

    /** Looks for setsid once, when the first script is run. */
    private static final class Setsid {
        static final String PATH = find();

        private static String find() {
            for (String directory : (System.getenv().getOrDefault("PATH", "") + ":/usr/bin:/bin").split(":")) {
                File setsid = new File(directory, "setsid");
                if (setsid.isAbsolute() && setsid.canExecute()) {
                    return setsid.getPath();
                }
            }
            LOG.warn(
                    "carp: there is no program setsid (Debian: util-linux) in the PATH: scripts run in the process group"
                            + " of the container, and one that is killed while it starts another may leave that behind");
            return "";
        }
    }
}
