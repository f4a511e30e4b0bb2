// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;

import io.carp.engine.WholeHost;
import io.carp.real.Wiretap.Heard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How punctual a master is whose garbage collector has no rest, with what the kernel does in pauses and without: printed,
 * nothing is judged. No test of the build; {@code scripts/pauses} runs it.
 */
class PauseMeasurement {
    private static final int SECONDS = Integer.getInteger("carp.measure.seconds", 30);
    private static final int OBJECTS = Integer.getInteger("carp.measure.objects", 4_000_000);
    private static final String ADVSKEWS = System.getProperty("carp.measure.advskews", "26 5");
    private static final String JAVA = System.getProperty("carp.measure.java", "-XX:+UseSerialGC -Xms1g -Xmx1g");

    private Lan lan;

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void withAndWithout() throws Exception {
        for (String advskew : ADVSKEWS.split(" ")) {
            for (int tolerance : new int[] {0, 5}) {
                measure(Integer.parseInt(advskew), tolerance);
            }
        }
    }

    private void measure(int advskew, int tolerance) throws Exception {
        lan = new Lan("carp-pauses", 2);
        var wire = new Wiretap(lan);
        String[] java = Stream.concat(Stream.of(JAVA.split(" ")), Stream.of("-Xlog:disable"))
                .toArray(String[]::new);
        var master = new EngineNode(WholeHost.class, lan.host(1), java);
        var backup = new EngineNode(WholeHost.class, lan.host(2), "-Xmx128m");
        String settings = "advbase=0 preempt=true pauseTolerance=" + tolerance + " advskew=";
        master.web(settings + advskew).awaitState("MASTER");
        backup.web(settings + (advskew + 1)).awaitState("BACKUP");
        master.tell("churn " + OBJECTS + " 10000").await("churned"); // The compiler and the heap have their turn.
        master.awaitState("MASTER");
        int mark = wire.mark();
        int line = master.lines().size();
        master.tell("churn " + OBJECTS + " " + SECONDS * 1000);
        TimeUnit.SECONDS.sleep(SECONDS);
        String paused = master.await("churned", line).text();
        print(advskew, tolerance, paused, wire.since(mark, from(1)), wire.since(mark, from(2)));
        lan.close();
    }

    private static void print(int advskew, int tolerance, String paused, List<Heard> master, List<Heard> backup)
            throws Exception {
        long patience = 3 * (advskew + 1) * 1_000_000L / 256;
        System.out.printf(
                Locale.ROOT,
                "pauses: advskew %d, pauseTolerance %d: %s, advertisements of the backup %d; collecting since the start"
                        + " %s ms; load %s%n",
                advskew,
                tolerance,
                Gaps.of(master).inWords(patience),
                backup.size(),
                paused.substring(paused.indexOf(' ') + 1),
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }
}
