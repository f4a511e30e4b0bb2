// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;

import io.carp.engine.WholeHost;
import io.carp.real.Wiretap.Heard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How punctual a master is whose only processor is busy, with a real-time priority and without: printed, nothing is
 * judged. No test of the build; {@code scripts/starve} runs it.
 */
class StarvationMeasurement {
    private static final int SECONDS = Integer.getInteger("carp.measure.seconds", 12);
    private static final int RUNS = Integer.getInteger("carp.measure.runs", 3);
    private static final int ADVSKEW = Integer.getInteger("carp.measure.advskew", 5);
    private static final String LOAD = System.getProperty("carp.measure.load", "--cpu 8 --vm 2 --vm-bytes 64M");
    private static final String[] JAVA = {"-Xms64m", "-Xmx256m"};

    private Lan lan;

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    /** One after the other, so that whatever else the machine does disturbs both alike. */
    @Test
    void withAndWithout() throws Exception {
        lan = new Lan("carp-starve", 2);
        var wire = new Wiretap(lan);
        var master = new EngineNode(WholeHost.class, lan.host(1), JAVA);
        var backup = new EngineNode(WholeHost.class, lan.host(2), JAVA);
        run("taskset", "--all-tasks", "--pid", "--cpu-list", "1", String.valueOf(master.pid()));
        run("taskset", "--all-tasks", "--pid", "--cpu-list", "0", String.valueOf(backup.pid()));
        master.web("advbase=0 preempt=true advskew=" + ADVSKEW).awaitState("MASTER");
        backup.web("advbase=0 advskew=" + 2 * ADVSKEW).awaitState("BACKUP");
        TimeUnit.SECONDS.sleep(10); // The compiler has its turn.
        for (int run = 0; run < RUNS; run++) {
            for (int priority : new int[] {0, 1}) {
                master.tell("configure realtimePriority=" + priority);
                TimeUnit.SECONDS.sleep(2);
                int mark = wire.mark();
                run(("taskset --cpu-list 1 stress-ng --quiet --timeout " + SECONDS + " " + LOAD).split(" "));
                print(priority, wire.since(mark, from(1)), wire.since(mark, from(2)));
            }
        }
        System.out.println("starve: threads of the master (policy, priority, nice): " + threads(master.pid()));
    }

    private static void run(String... command) throws Exception {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed");
        }
    }

    private static void print(int priority, List<Heard> master, List<Heard> backup) throws Exception {
        long patience = 3 * (ADVSKEW + 1) * 1_000_000L / 256;
        System.out.printf(
                Locale.ROOT,
                "starve: realtimePriority = %d: %s, advertisements of the backup %d; load %s%n",
                priority,
                Gaps.of(master).inWords(patience),
                backup.size(),
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    private static List<String> threads(long pid) throws Exception {
        try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(StarvationMeasurement::thread)
                    .filter(thread -> thread.startsWith("carp-") || thread.startsWith("VM Thread"))
                    .toList();
        }
    }

    private static String thread(Path task) {
        try {
            var stat = Files.readString(task.resolve("stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')) + " (" + fields[38] + ", " + fields[37]
                    + ", " + fields[16] + ")";
        } catch (IOException e) {
            return ""; // It has ended meanwhile.
        }
    }
}
