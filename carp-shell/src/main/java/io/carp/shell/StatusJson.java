// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.Finding;
import io.carp.VirtualHost;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.utils.json.JSONWriter;
import org.jspecify.annotations.Nullable;

/**
 * Node and virtual hosts for programs. The names are those of the API's methods and never change. Times are ISO 8601 in
 * UTC, and an absent value is null.
 */
final class StatusJson {
    private StatusJson() {}

    static String of(List<VirtualHost> hosts, List<Finding> ofTheNode) {
        return write(ordered(
                "virtualHosts", hosts.stream().map(StatusJson::members).toList(), "findings", findings(ofTheNode)));
    }

    static String of(VirtualHost host) {
        return write(members(host));
    }

    private static String write(Object value) {
        StringWriter text = new StringWriter();
        try {
            JSONWriter writer = new JSONWriter(text);
            writer.value(value);
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    private static Map<String, @Nullable Object> members(VirtualHost host) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", host.name());
        members.put("vhid", host.vhid());
        members.put("interface", host.networkInterface());
        members.put("state", host.state().name());
        members.put("reason", host.reason().toString());
        members.put("detail", host.detail());
        members.put("since", host.since().toString());
        members.put("master", host.master().map(InetAddress::getHostAddress).orElse(null));
        members.put("virtualIps", host.virtualIps());
        members.put("bound", host.bound());
        members.put("advbase", host.advbase());
        members.put("advskew", host.advskew());
        members.put("generation", host.generation());
        members.put("effectiveAdvskew", host.effectiveAdvskew());
        members.put("preempt", host.preempt());
        members.put("peers", peers(host));
        members.put("transitions", transitions(host));
        members.put("demotions", demotions(host));
        members.put("findings", findings(host.findings()));
        members.put("counters", new TreeMap<>(host.counters()));
        members.put("configurationError", host.configurationError().orElse(null));
        return members;
    }

    private static List<?> peers(VirtualHost host) {
        return host.peers().stream()
                .map(peer -> ordered(
                        "address", peer.address().getHostAddress(),
                        "advbase", peer.advbase(),
                        "advskew", peer.advskew(),
                        "lastHeard", peer.lastHeard().toString()))
                .toList();
    }

    private static List<?> transitions(VirtualHost host) {
        return host.transitions().stream()
                .map(change -> ordered(
                        "at", change.at().toString(),
                        "from", change.from().name(),
                        "to", change.to().name(),
                        "reason", change.reason().toString()))
                .toList();
    }

    private static List<?> demotions(VirtualHost host) {
        return host.demotions().stream()
                .map(source -> ordered("amount", source.amount(), "reason", source.reason(), "owner", source.owner()))
                .toList();
    }

    private static List<?> findings(List<Finding> findings) {
        return findings.stream()
                .map(finding -> ordered(
                        "code", finding.code(),
                        "text", finding.text(),
                        "since", finding.since().toString()))
                .toList();
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }
}
