// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What comes from one port of a switch in the name of a virtual address: who answered what, and when the kernel saw it.
 * Announcements, which answer nobody, do not count.
 */
final class Answers {
    static final List<String> KINDS = List.of("arp", "icmp", "tcp", "nd", "icmp6", "tcp6");

    private static final Pattern LINE = Pattern.compile("(\\d+)\\.(\\d{6}) (.*)");
    private static final int PORT = 9;

    private final Map<String, Long> last = new ConcurrentHashMap<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final String vip;
    private final String vip6;

    /** @param port the port of the switch that is listened to */
    Answers(Lan lan, String port, String vip, String vip6) throws Exception {
        this.vip = vip;
        this.vip6 = vip6;
        String filter = "(arp[6:2] = 2) or src host " + vip + " or src host " + vip6;
        Wiretap.follow(lan, this::note, "-i", port, "-Q", "in", filter);
    }

    private void note(String text) {
        Matcher line = LINE.matcher(text);
        if (line.matches()) {
            String kind = kind(line.group(3));
            if (!kind.isEmpty()) {
                last.put(kind, Long.parseLong(line.group(1) + line.group(2)));
                counts.merge(kind, 1, Integer::sum);
            }
        }
    }

    private String kind(String what) {
        boolean four = what.startsWith("IP " + vip);
        boolean six = what.startsWith("IP6 " + vip6);
        if (what.startsWith("ARP, Reply " + vip + " is-at")) {
            return "arp";
        } else if (what.contains("Flags [")) {
            return four ? "tcp" : six ? "tcp6" : "";
        } else if (four && what.contains("echo reply")) {
            return "icmp";
        } else if (six && what.contains("neighbor advertisement")) {
            return "nd";
        }
        return six && what.contains("echo reply") ? "icmp6" : "";
    }

    /** Asks in every way, each some hundred times a second, until the host is closed. */
    void ask(Netns client) {
        client.start("ping", "-i", "0.004", "-n", "-q", vip);
        client.start("ping", "-i", "0.004", "-n", "-q", "-6", vip6);
        client.start(
                "sh",
                "-c",
                "while :; do ip neigh del " + vip + " dev eth0 2>/dev/null; ip -6 neigh del " + vip6
                        + " dev eth0 2>/dev/null; sleep 0.01; done");
        for (String address : List.of(vip, vip6)) {
            client.start(
                    "bash",
                    "-c",
                    "while :; do (exec 3<>/dev/tcp/" + address + "/" + PORT
                            + ") 2>/dev/null & sleep 0.01; wait -n 2>/dev/null; done");
        }
    }

    int count(String kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** When the last one left, in microseconds. */
    long last(String kind) {
        return last.getOrDefault(kind, 0L);
    }
}
