// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.VirtualHost;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.support.ansi.SimpleAnsi;
import org.apache.karaf.shell.support.table.ShellTable;

/** All virtual hosts in brief. What needs a person is flagged in the table and explained below it. */
record StatusTable(List<VirtualHost> hosts, List<Finding> ofTheNode, Instant now) {
    private static final String FLAG = "!";
    static final String DEMOTED_MASTER = "MASTER though demoted: no better node has taken over";

    void print(PrintStream out, boolean format) {
        ShellTable table = new ShellTable().emptyTableText("no virtual hosts; carp:set --create makes one");
        table.column(" ").colorProvider(cell -> format && cell.contains(FLAG) ? SimpleAnsi.COLOR_RED : null);
        table.column("Name").bold();
        table.column("Virtual host");
        table.column("State");
        table.column("Since");
        table.column("Master");
        table.column("Virtual IPs");
        table.column("advbase/advskew");
        table.column("Reason");
        for (VirtualHost host : hosts) {
            table.addRow()
                    .addContent(
                            needsAPerson(host) ? FLAG : " ",
                            host.name(),
                            host.vhid() == 0 ? "-" : host.vhid() + "@" + host.networkInterface(),
                            host.state(),
                            Age.of(host.since(), now),
                            master(host),
                            String.join(", ", host.virtualIps()),
                            interval(host),
                            host.reason());
        }
        table.print(out, format);
        if (format) {
            ofTheNode.forEach(finding -> out.println("! " + finding.code() + ": " + finding.text()));
            hosts.forEach(host -> explain(host, out));
        }
    }

    static String master(VirtualHost host) {
        return host.state() == CarpState.MASTER
                ? "this node"
                : host.master().map(InetAddress::getHostAddress).orElse("-");
    }

    private static boolean needsAPerson(VirtualHost host) {
        return !host.findings().isEmpty()
                || host.configurationError().isPresent()
                || stays(host)
                || isDemotedMaster(host);
    }

    /** Whether it serves although something is wrong with this node, which only a person can mend. */
    static boolean isDemotedMaster(VirtualHost host) {
        return host.state() == CarpState.MASTER && host.effectiveAdvskew() > host.advskew();
    }

    /** Whether the virtual host takes no part for a reason that has a sentence, such as no link or no address. */
    private static boolean stays(VirtualHost host) {
        return host.state() == CarpState.INIT && !host.detail().isEmpty();
    }

    private static String interval(VirtualHost host) {
        if (host.vhid() == 0) {
            return "-";
        }
        String configured = host.advbase() + "/" + host.advskew();
        return host.effectiveAdvskew() == host.advskew()
                ? configured
                : configured + " (effective " + host.effectiveAdvskew() + ")";
    }

    private static String demotions(VirtualHost host) {
        return host.demotions().stream()
                .map(source -> source.amount() + " " + source.reason())
                .collect(Collectors.joining(", "));
    }

    private static void explain(VirtualHost host, PrintStream out) {
        host.configurationError()
                .ifPresent(error -> out.println("! " + host.name() + ": configuration refused: " + error));
        for (Finding finding : host.findings()) {
            out.println("! " + host.name() + ": " + finding.code() + ": " + finding.text());
        }
        if (isDemotedMaster(host)) {
            out.println("! " + host.name() + ": " + DEMOTED_MASTER + " (" + demotions(host) + ")");
        }
        if (stays(host)
                && host.findings().isEmpty()
                && host.configurationError().isEmpty()) {
            out.println("! " + host.name() + ": " + host.reason() + ": " + host.detail());
        }
    }
}
