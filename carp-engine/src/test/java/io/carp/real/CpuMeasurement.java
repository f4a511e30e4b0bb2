// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Prints what many virtual hosts cost, in CPU seconds per minute, beside as many ucarps. It judges nothing and is no
 * test of the build; {@code scripts/measure} runs it.
 */
class CpuMeasurement {
    private static final int SECONDS = Integer.getInteger("carp.measure.seconds", 60);
    private static final int WINDOWS = Integer.getInteger("carp.measure.windows", 3);
    /** Seconds until everything has settled and the compiler has had its turn. */
    private static final int SETTLE = Integer.getInteger("carp.measure.settle", 40);

    private static final String[] JAVA = {"-Xms64m", "-Xmx256m"};

    private Lan lan;

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void oneInterface() throws Exception {
        lan = new Lan("carp-measure", 2);
        ours("255 on one interface, leases", new Many(1, 255), "lease=true");
        ours("255 on one interface, no leases", new Many(1, 255), "lease=false");
    }

    @Test
    void severalInterfaces() throws Exception {
        lan = new Lan("carp-measure", 2);
        new Many(4, 250).plug(lan);
        ours("1000 on four interfaces, leases", new Many(4, 250), "lease=true");
        ours("1000 on four interfaces, no leases", new Many(4, 250), "lease=false");
    }

    @Test
    void ucarp() throws Exception {
        Ucarp.assumeInstalled();
        lan = new Lan("carp-measure", 2);
        List<Long> masters = ucarps(1, 0);
        TimeUnit.SECONDS.sleep(SETTLE / 2);
        List<Long> backups = ucarps(2, 100);
        TimeUnit.SECONDS.sleep(SETTLE / 2);
        print("ucarp x 255", masters, backups);
    }

    private List<Long> ucarps(int host, int advskew) {
        List<Long> pids = new ArrayList<>();
        for (int n = 1; n <= 255; n++) {
            var command = List.of(
                    "ucarp -i eth0 -p secret -u /bin/true -d /bin/true -s 10.9.0." + host,
                    "-b 1 -k " + advskew + " -v " + n + " -a 10.9.1." + n);
            pids.add(lan.host(host).start(String.join(" ", command).split(" ")).pid());
        }
        return pids;
    }

    private void ours(String what, Many many, String settings) throws Exception {
        var master = new EngineNode(lan.host(1), JAVA);
        var backup = new EngineNode(lan.host(2), JAVA);
        many.start(master, "advskew=0 " + settings);
        many.await(master, "serving ", "");
        many.start(backup, "advskew=100 " + settings);
        TimeUnit.SECONDS.sleep(SETTLE);
        print(what, List.of(master.pid()), List.of(backup.pid()));
        master.signal("KILL");
        backup.signal("KILL");
    }

    private static void print(String what, List<Long> masters, List<Long> backups) throws Exception {
        List<Double> asMaster = new ArrayList<>();
        List<Double> asBackup = new ArrayList<>();
        long[] first = ticks(masters);
        long[] firstBackup = ticks(backups);
        var threads = threads(masters.get(0));
        var threadsOfBackup = threads(backups.get(0));
        long[] before = first;
        long[] beforeBackup = firstBackup;
        for (int window = 0; window < WINDOWS; window++) {
            TimeUnit.SECONDS.sleep(SECONDS);
            long[] now = ticks(masters);
            long[] nowBackup = ticks(backups);
            asMaster.add(perMinute(now[0] + now[1] - before[0] - before[1], 1));
            asBackup.add(perMinute(nowBackup[0] + nowBackup[1] - beforeBackup[0] - beforeBackup[1], 1));
            before = now;
            beforeBackup = nowBackup;
        }
        print(what + ", as MASTER", asMaster, perMinute(before[1] - first[1], WINDOWS), threads, masters);
        print(
                what + ", as BACKUP",
                asBackup,
                perMinute(beforeBackup[1] - firstBackup[1], WINDOWS),
                threadsOfBackup,
                backups);
    }

    private static void print(
            String what, List<Double> perMinute, double kernel, Map<String, long[]> before, List<Long> pids)
            throws Exception {
        var sorted = perMinute.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "CPU s/min: %s: min %.2f, median %.2f, max %.2f (n %d of %d s), of it in the kernel %.2f; load %s%n",
                what,
                sorted.get(0),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() - 1),
                WINDOWS,
                SECONDS,
                kernel,
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        if (pids.size() == 1) {
            threads(pids.get(0)).forEach((name, now) -> {
                long[] was = before.getOrDefault(name, new long[2]);
                double cpu = (now[0] - was[0]) / 1e9 * 60 / SECONDS / WINDOWS;
                if (cpu >= 0.01) {
                    System.out.printf(
                            Locale.ROOT,
                            "    %-16s %.2f, run %d times a second%n",
                            name,
                            cpu,
                            (now[1] - was[1]) / SECONDS / WINDOWS);
                }
            });
        }
    }

    private static double perMinute(long ticks, int windows) {
        return ticks / 100.0 * 60 / SECONDS / windows; // USER_HZ is 100 on every system that we run on.
    }

    /** User and system time of all these processes. */
    private static long[] ticks(List<Long> pids) throws Exception {
        long[] sum = new long[2];
        for (long pid : pids) {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            sum[0] += Long.parseLong(fields[11]);
            sum[1] += Long.parseLong(fields[12]);
        }
        return sum;
    }

    /** For each thread, by its name: the nanoseconds on a processor, and how often it was given one. */
    private static Map<String, long[]> threads(long pid) throws Exception {
        Map<String, long[]> threads = new TreeMap<>();
        try (var tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (var task : tasks.toList()) {
                try {
                    var fields =
                            Files.readString(task.resolve("schedstat")).strip().split(" ");
                    var sum = threads.computeIfAbsent(
                            Files.readString(task.resolve("comm")).strip(), name -> new long[2]);
                    sum[0] += Long.parseLong(fields[0]);
                    sum[1] += Long.parseLong(fields[2]);
                } catch (java.nio.file.NoSuchFileException e) {
                    // The thread has ended meanwhile.
                }
            }
        }
        return threads;
    }
}
