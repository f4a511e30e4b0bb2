// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Hears every advertisement and announcement on the switch of a {@link Lan}, with the time the kernel saw it. */
final class Wiretap {
    private static final Pattern HEARD = Pattern.compile("(\\d+)\\.(\\d{6}) IP (\\S+) > \\S+: "
            + "CARPv2-advertise (?:36|102): vhid=(\\d+) advbase=(\\d+) advskew=(\\d+) .*");
    /** A gratuitous ARP asks for the address it comes from. */
    private static final Pattern ANNOUNCED =
            Pattern.compile("(\\d+)\\.(\\d{6}) ARP, Request who-has (\\S+) .*tell \\3, .*");

    /**
     * An advertisement.
     *
     * @param micros of the wall clock
     */
    record Heard(long micros, String source, int vhid, int advbase, int advskew) {
        boolean bowOut() {
            return advbase == 255;
        }
    }

    private final List<Heard> heard = new ArrayList<>();
    private final Map<String, Long> announced = new ConcurrentHashMap<>();

    Wiretap(Lan lan) throws Exception {
        boolean there =
                Stream.of("/usr/bin/tcpdump", "/usr/sbin/tcpdump").anyMatch(p -> Files.isExecutable(Path.of(p)));
        Assumptions.assumeTrue(there, "the command tcpdump is missing (package tcpdump)");
        follow(lan, this::note, "-i", "br0", "-T", "carp", "ip proto 112 or arp");
    }

    /** Hands on each line that tcpdump prints with these options, in a thread of its own, from when it listens on. */
    static void follow(Lan lan, Consumer<String> line, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("tcpdump", "-n", "-tt", "-l", "--immediate-mode"));
        // KiB: what does not fit while the machine is busy would count as never sent.
        command.addAll(List.of("-B", "16384"));
        command.addAll(List.of(options));
        var process = lan.wire().start(command.toArray(String[]::new));
        var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var read = reader.readLine();
        while (read != null && !read.contains("listening on")) {
            read = reader.readLine();
        }
        var thread = new Thread(() -> reader.lines().forEach(line));
        thread.setDaemon(true);
        thread.start();
    }

    private void note(String line) {
        Matcher arp = ANNOUNCED.matcher(line);
        if (arp.matches()) {
            announced.putIfAbsent(arp.group(3), Long.parseLong(arp.group(1) + arp.group(2)));
        }
        Matcher m = HEARD.matcher(line);
        if (m.matches()) {
            synchronized (heard) {
                heard.add(new Heard(
                        Long.parseLong(m.group(1) + m.group(2)),
                        m.group(3),
                        Integer.parseInt(m.group(4)),
                        Integer.parseInt(m.group(5)),
                        Integer.parseInt(m.group(6))));
            }
        }
    }

    /** All advertisements so far. */
    List<Heard> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    /**
     * Returns when a gratuitous ARP announced the address, in microseconds. It waits if that has not happened yet.
     */
    long awaitAnnounced(String address) throws Exception {
        BinderHost.await("announced: " + address, () -> announced.containsKey(address));
        return announced.get(address);
    }

    /** The number of advertisements so far; {@code since} returns those after it. */
    int mark() {
        return heard().size();
    }

    List<Heard> since(int mark, Predicate<Heard> which) {
        return heard().stream().skip(mark).filter(which).toList();
    }

    /** The last of these advertisements. It fails if there is none. */
    Heard last(Predicate<Heard> which) {
        var all = since(0, which);
        return all.get(all.size() - 1);
    }

    /**
     * Waits for that many of these advertisements after the mark, at intervals of up to two seconds, and returns them.
     */
    List<Heard> await(int mark, int number, Predicate<Heard> which) throws Exception {
        int patience = 30_000 + 2_000 * number;
        BinderHost.await(
                number + " advertisements", patience, () -> since(mark, which).size() >= number);
        return since(mark, which);
    }

    /** Advertisements of host n of the lan. */
    static Predicate<Heard> from(int n) {
        return h -> h.source.equals("10.9.0." + n);
    }
}
