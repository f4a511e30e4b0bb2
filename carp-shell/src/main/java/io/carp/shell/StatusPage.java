// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Finding;
import io.carp.Peer;
import io.carp.Transition;
import io.carp.VirtualHost;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One virtual host in full. It begins with the line that the BSDs' ifconfig prints. */
record StatusPage(VirtualHost host, Instant now, ZoneId zone, boolean all) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final int TRANSITIONS_IN_BRIEF = 5;
    private static final int BOW_OUT = 255;

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                host.vhid() == 0 // Its file was refused, or it has just stopped, so it has no numbers.
                        ? host.state().toString()
                        : host.state() + " vhid " + host.vhid() + " advbase " + host.advbase() + " advskew "
                                + host.advskew());
        host.configurationError().ifPresent(error -> lines.add("! configuration refused: " + error));
        for (Finding finding : host.findings()) {
            lines.add("! " + finding.code() + ": " + finding.text() + " (since " + time(finding.since()) + ")");
        }
        if (StatusTable.isDemotedMaster(host)) {
            lines.add("! " + StatusTable.DEMOTED_MASTER);
        }
        line(lines, "name", host.name());
        line(lines, "interface", host.networkInterface().isEmpty() ? "-" : host.networkInterface());
        line(lines, "virtual IPs", virtualIps());
        line(lines, "since", time(host.since()) + " (" + Age.of(host.since(), now) + ")");
        line(lines, "reason", host.detail().isEmpty() ? host.reason() : host.reason() + ": " + host.detail());
        line(
                lines,
                "master",
                host.state() == CarpState.MASTER || host.master().isPresent()
                        ? StatusTable.master(host)
                        : "nobody heard");
        line(lines, "preempt", host.preempt());
        if (host.effectiveAdvskew() != host.advskew()) {
            line(lines, "effective", "advskew " + host.effectiveAdvskew());
        }
        for (DemotionSource source : host.demotions()) {
            line(lines, "demotion", source.amount() + " " + source.reason() + " (" + source.owner() + ")");
        }
        peers(lines);
        counters(lines);
        transitions(lines);
        return String.join(System.lineSeparator(), lines);
    }

    private String virtualIps() {
        return host.virtualIps().isEmpty()
                ? "none"
                : String.join(", ", host.virtualIps()) + (host.bound() ? " (bound)" : " (not bound here)");
    }

    private void peers(List<String> lines) {
        for (Peer peer : host.peers()) {
            line(lines, "peer", peer.address().getHostAddress() + said(peer) + Age.of(peer.lastHeard(), now) + " ago");
        }
    }

    /** A peer that leaves says so with numbers in its last advertisement that mean no interval. */
    private static String said(Peer peer) {
        return peer.advbase() == BOW_OUT && peer.advskew() == BOW_OUT
                ? " handed over "
                : " advbase " + peer.advbase() + " advskew " + peer.advskew() + ", heard ";
    }

    private void counters(List<String> lines) {
        for (Map.Entry<String, Long> counter : new TreeMap<>(host.counters()).entrySet()) {
            if (all || counter.getValue() != 0) {
                line(lines, "counter", counter.getKey() + " " + counter.getValue());
            }
        }
    }

    private void transitions(List<String> lines) {
        List<Transition> latest = host.transitions();
        for (Transition change :
                latest.subList(0, all ? latest.size() : Math.min(latest.size(), TRANSITIONS_IN_BRIEF))) {
            line(
                    lines,
                    "transition",
                    time(change.at()) + " " + change.from() + " -> " + change.to() + " (" + change.reason() + ")");
        }
    }

    private String time(Instant instant) {
        return TIME.format(instant.atZone(zone));
    }

    private static void line(List<String> lines, String what, Object text) {
        lines.add(String.format(Locale.ROOT, "  %-12s %s", what, text));
    }
}
